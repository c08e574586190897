package fetch

import "testing"

// A secret that a service echoes is masked however JSON writes it; all that is around it stays byte for byte, and so
// does a document without one.
func TestMask(t *testing.T) {
	hidden := []string{"abc/def", "12345678", "a<b>ä\"c", "Token one", "Token one and two", "short"}
	for raw, want := range map[string]string{
		`"abc/def"`:                                  `"•••"`,
		`{"a": "abc\/def" , "n":1.50}`:               `{"a": "•••" , "n":1.50}`,
		`["x abc/def y abc\u002fdef", "abc/de"]`:     `["x ••• y •••", "abc/de"]`,
		`{"a":"a\u003Cb\u003e\u00e4\u0022c"}`:        `{"a":"•••"}`,
		"{\"a\":\"a<b>ä\\\"c\"}":                     `{"a":"•••"}`,
		`{"total":12345678}`:                         `{"total":"•••"}`,
		`[-912345678.5e3,1234567,{"t" : 12345678 }]`: `["•••",1234567,{"t" : "•••" }]`,
		`12345678`:                                       `"•••"`,
		`{"no 12345678":{"z":1,"a":2}}`:                  `{"no •••":{"z":1,"a":2}}`,
		`{"a":"Token one","a":"Token one and two"}`:      `{"a":"•••","a":"•••"}`,
		`{"a":"abc/def","a":"x"}`:                        `{"a":"•••","a":"x"}`,
		`{"big":98765432109876543210,"a":"\u00e4\/<&>"}`: `{"big":98765432109876543210,"a":"\u00e4\/<&>"}`,
		`["short", null, true, "", {}, [], 1e400]`:       `["short", null, true, "", {}, [], 1e400]`,
	} {
		got := read([]byte(raw), hidden)
		if got.Fault != "" || string(got.Body) != want {
			t.Errorf("%s became %s (%s), not %s", raw, got.Body, got.Fault, want)
		}
	}
	if got := read([]byte(`{"a":"abc/def"`), hidden); got.Fault != "json" || got.Body != nil {
		t.Errorf("half a document: %+v", got)
	}
}
