package agent

import (
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of an agent's fields.
const (
	NameMax     = 40  // characters
	NumberMax   = 16  // digits and letters
	EmailMax    = 254 // bytes, RFC 5321
	PasswordMin = 10  // characters
	PasswordMax = 256 // bytes; more would only cost work
	TextCapMax  = 20
	TextCap     = 5 // of an agent for whom nobody chose
)

// What can be wrong with a field: the second half of a catalogue key.
const (
	Invalid = "invalid"
	Taken   = "taken"
	Weak    = "weak"
)

// FieldError is one fault of one field. It wraps ErrInvalid, ErrTaken or ErrWeak by its code.
type FieldError struct {
	Field string // "email", "name", "number", "role", "password", "textCap"
	Code  string // Invalid, Taken or Weak
}

// Error names the field and the fault.
func (e *FieldError) Error() string { return fmt.Sprintf("%s is %s", e.Field, e.Code) }

// Unwrap gives the sentinel.
func (e *FieldError) Unwrap() error {
	switch e.Code {
	case Taken:
		return ErrTaken
	case Weak:
		return ErrWeak
	}
	return ErrInvalid
}

// Faults is every fault of a form at once, in the order of its fields.
type Faults []*FieldError

// Error joins the faults.
func (f Faults) Error() string {
	all := make([]string, len(f))
	for i, e := range f {
		all[i] = e.Error()
	}
	return strings.Join(all, ", ")
}

// Unwrap lets errors.Is and errors.As look at each fault.
func (f Faults) Unwrap() []error {
	all := make([]error, len(f))
	for i, e := range f {
		all[i] = e
	}
	return all
}

// need adds a fault unless ok.
func (f *Faults) need(ok bool, field, code string) {
	if !ok {
		*f = append(*f, &FieldError{Field: field, Code: code})
	}
}

// err is nil when there is no fault.
func (f Faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// normalEmail is how an address is kept and looked up.
func normalEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func goodEmail(email string) bool {
	addr, err := mail.ParseAddress(email)
	return err == nil && addr.Name == "" && addr.Address == email && len(email) <= EmailMax
}

func goodName(name string) bool {
	return name != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= NameMax &&
		!strings.ContainsFunc(name, unicode.IsControl)
}

// goodReason judges the reason of a rest; there need not be one.
func goodReason(reason string) bool {
	return utf8.ValidString(reason) && utf8.RuneCountInString(reason) <= ReasonMax && !strings.ContainsFunc(reason, unicode.IsControl)
}

func goodNumber(number string) bool {
	return number != "" && len(number) <= NumberMax && !strings.ContainsFunc(number, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsDigit(r) && !unicode.IsLetter(r)
	})
}

func goodRole(role Role) bool { return role == Admin || role == Member }

func goodTextCap(n int) bool { return 1 <= n && n <= TextCapMax }

// goodPassword follows ASVS 5.0 §6.2: length counts, composition does not.
func goodPassword(password, email string) bool {
	return utf8.RuneCountInString(password) >= PasswordMin && len(password) <= PasswordMax && normalEmail(password) != email
}
