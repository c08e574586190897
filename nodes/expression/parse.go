package expression

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
)

// parse reads the grammar; the source is short enough. A parser that comes to grief has found a fault too.
func parse(source string) (tree ast.Node, wrong *Fault) {
	defer func() {
		if x := recover(); x != nil {
			tree, wrong = nil, &Fault{Code: "expression.syntax", Args: map[string]string{"column": "1", "message": fmt.Sprint(x)}}
		}
	}()
	t, err := parser.Parse(source)
	if err != nil {
		f := misread(source, err)
		return nil, &f
	}
	return t.Node, nil
}

// misread puts an error of the parser into a fault that says what to do about it, where there is more to say than the
// parser's own words.
func misread(source string, err error) Fault {
	var e *file.Error
	if !errors.As(err, &e) {
		return Fault{Code: "expression.syntax", Args: map[string]string{"column": "1", "message": err.Error()}}
	}
	args := map[string]string{"column": strconv.Itoa(e.From + 1)}
	token, unexpected := strings.CutPrefix(e.Message, "unexpected token ")
	switch {
	case token == "EOF" || e.Message == "unexpected end of expression":
		return Fault{Code: "expression.end"}
	case token == `Operator("=")`:
		return Fault{Code: "expression.equals", Args: args}
	case unexpected && strings.HasSuffix(token, ")"):
		args["token"] = tokenWords(token)
		return Fault{Code: "expression.token", Args: args}
	case e.Message == "literal not terminated":
		return Fault{Code: "expression.quote"}
	case strings.HasPrefix(e.Message, "unrecognized character"):
		return strange(source, e.From, args)
	case strings.HasPrefix(e.Message, "expected at least"):
		args["token"] = ")"
		return Fault{Code: "expression.token", Args: args}
	case strings.Contains(e.Message, "number syntax"), strings.Contains(e.Message, "literal"):
		args["column"] = strconv.Itoa(numberBefore(source, e.From) + 1)
		return Fault{Code: "expression.number", Args: args}
	}
	args["message"] = e.Message
	return Fault{Code: "expression.syntax", Args: args}
}

// numberBefore finds where the last number begins before or at a place; the parser names what follows it.
func numberBefore(source string, at int) int {
	chars := []rune(source)
	digit := func(i int) bool { return strings.ContainsRune("0123456789._", chars[i]) }
	at = min(at, len(chars)-1)
	for at > 0 && !digit(at) {
		at--
	}
	for at > 0 && digit(at-1) {
		at--
	}
	return at
}

// tokenWords is what was written, from the parser's Kind("words").
func tokenWords(token string) string {
	_, quoted, _ := strings.Cut(strings.TrimSuffix(token, ")"), "(")
	words, err := strconv.Unquote(quoted)
	if err != nil {
		return token
	}
	return short(words)
}

// strange is the fault of a character that means nothing. Those that a Chinese keyboard gives for one that does are
// named with it.
func strange(source string, at int, args map[string]string) Fault {
	chars := []rune(source)
	if at >= len(chars) {
		return Fault{Code: "expression.end"}
	}
	args["char"] = string(chars[at])
	if args["like"] = narrow(chars[at]); args["like"] != "" {
		return Fault{Code: "expression.fullWidth", Args: args}
	}
	delete(args, "like")
	return Fault{Code: "expression.character", Args: args}
}

// narrow gives the sign of the language for which a full-width one was typed, or "".
func narrow(c rune) string {
	switch c {
	case '“', '”', '「', '」', '『', '』':
		return `"`
	case '‘', '’':
		return "'"
	case '、':
		return ","
	case '。':
		return "."
	case '【':
		return "["
	case '】':
		return "]"
	case '×':
		return "*"
	case '÷':
		return "/"
	case '≥':
		return ">="
	case '≤':
		return "<="
	case '≠':
		return "!="
	}
	if c > 0xFF00 && c < 0xFF5F {
		return string(c - 0xFF00 + 0x20)
	}
	return ""
}

// short cuts what goes into a sentence.
func short(words string) string {
	if chars := []rune(words); len(chars) > 60 {
		return string(chars[:60]) + "…"
	}
	return words
}
