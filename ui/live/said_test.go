package live

import (
	"strings"
	"testing"

	"foyer/runtime/event"
	"foyer/ui/kit/text"
)

// The flow's own sentences come in the reader's language; the same characters typed by a person stay as they are.
func TestSaid(t *testing.T) {
	for about, c := range map[string]struct {
		lang       text.Lang
		data, want string
	}{
		"the flow, in Chinese":  {text.Chinese, `{"from":"flow","text":"key:auth.login"}`, "登录"},
		"the flow, in English":  {text.English, `{"from":"flow","text":"key:auth.login"}`, "Log in"},
		"a caller who types so": {text.English, `{"from":"caller","text":"key:auth.login"}`, "key:auth.login"},
		"an admin's words":      {text.English, `{"from":"flow","text":"您好"}`, "您好"},
	} {
		f := said(text.With(t.Context(), c.lang), event.Frame{Type: "message.posted", Data: []byte(c.data)})
		if !strings.Contains(string(f.Data), `"text":"`+c.want+`"`) {
			t.Errorf("%s: %s", about, f.Data)
		}
	}
}
