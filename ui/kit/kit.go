package kit

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"foyer/ui/asset"
)

// Tone is what a colour means.
type Tone string

// The tones. Neutral says nothing.
const (
	Neutral Tone = ""
	Accent  Tone = "accent"
	Good    Tone = "good"
	Warn    Tone = "warn"
	Bad     Tone = "bad"
	Info    Tone = "info"
)

// icon is the Lucide icon that goes with a tone, so that colour is never alone.
func (t Tone) icon() string {
	switch t {
	case Good:
		return "circle-check"
	case Warn:
		return "triangle-alert"
	case Bad:
		return "circle-alert"
	default:
		return "info"
	}
}

// class joins a base class and its variant: class("badge", "good") is "badge badge-good".
func class[S ~string](base string, variant S) string {
	if variant == "" {
		return base
	}
	return base + " " + base + "-" + string(variant)
}

// or gives the first of its words that is not empty.
func or(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// iconURL is an icon's address within the sprite.
func iconURL(name string) string { return asset.URL("vendor/icons.svg") + "#" + name }

// ToastKind is how a toast looks and how long it stays.
type ToastKind string

// The kinds. A bad one stays until it is closed.
const (
	ToastInfo ToastKind = "info"
	ToastGood ToastKind = "good"
	ToastBad  ToastKind = "bad"
)

// SendToast makes the page that receives this htmx answer show words. It keeps other HX-Trigger events that are
// set as JSON.
func SendToast(h http.Header, kind ToastKind, words string) {
	SendEvent(h, "toast", map[string]string{"kind": string(kind), "text": words})
}

// SendEvent adds an event with its detail to the answer's HX-Trigger header. detail must be JSON-able.
func SendEvent(h http.Header, name string, detail any) {
	events := map[string]any{}
	if old := h.Get("HX-Trigger"); old != "" {
		if json.Unmarshal([]byte(old), &events) != nil {
			events[old] = true
		}
	}
	events[name] = detail
	raw, err := json.Marshal(events)
	if err != nil {
		panic(fmt.Sprintf("kit: event %s: %v", name, err))
	}
	h.Set("HX-Trigger", ascii(raw))
}

// ascii writes JSON without a byte above 127, because a header carries no others.
func ascii(raw []byte) string {
	var b strings.Builder
	for _, r := range string(raw) {
		switch {
		case r < 128:
			b.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// fontFace is the style element that binds the font to its hashed address; it needs the page's nonce.
func fontFace() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		_, err := fmt.Fprintf(w, `<style nonce="%s">@font-face{font-family:Inter;font-weight:100 900;font-display:swap;src:url(%s) format("woff2")}</style>`,
			templ.EscapeString(templ.GetNonce(ctx)), asset.URL("vendor/inter.woff2"))
		return err
	})
}

// htmxConfig keeps htmx within the content policy and lets a refused form (422) show its errors in place.
const htmxConfig = `{"selfRequestsOnly":true,"allowEval":false,"allowScriptTags":false,"historyCacheSize":0,"includeIndicatorStyles":false,` +
	`"responseHandling":[{"code":"204","swap":false},{"code":"[23]..","swap":true},{"code":"422","swap":true},{"code":"[45]..","swap":false,"error":true}]}`

func itoa(n int) string { return strconv.Itoa(n) }
