package nodes_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/nodes"
)

func TestReadPhone(t *testing.T) {
	for text, want := range map[string]string{
		"13800138000": "13800138000", " +86 138-0013-8000 ": "+8613800138000", "（010）１２３４５６７８": "01012345678",
		"10086": "10086", "+44 20 7946 0958": "+442079460958", "138—0013—8000": "13800138000",
		"1234": "", "1234567890123456": "", "+": "", "": "", "call me": "", "138001380a0": "", "13+800138000": "", "++8613800138000": "",
	} {
		if got, ok := nodes.ReadPhone(text); ok != (want != "") || ok && got != want {
			t.Errorf("%q gives %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestReadNumber(t *testing.T) {
	for text, want := range map[string]float64{
		"3": 3, " 3.5 ": 3.5, "-2": -2, "+7": 7, "１２３": 123, "３．５": 3.5, "3。5": 3.5, "1,234": 1234, "1，234，567.25": 1234567.25, "007": 7, "－４": -4,
	} {
		if got, ok := nodes.ReadNumber(text); !ok || got != want {
			t.Errorf("%q gives %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "3,5", "1,23,456", "1.2.3", "三", "1e3", "NaN", "Inf", "0x10", "3 4", ".", "-", "11111111111111111111111111111111111111111"} {
		if got, ok := nodes.ReadNumber(text); ok {
			t.Errorf("%q gives %v", text, got)
		}
	}
}

func TestReadDay(t *testing.T) {
	for text, want := range map[string]string{
		"2026-1-5": "2026-01-05", "2026/01/05": "2026-01-05", "2026年1月5日": "2026-01-05", "２０２６．１．５": "2026-01-05",
		"2026 年 12 月 31 号": "2026-12-31", "2028-02-29": "2028-02-29",
		"2026-02-29": "", "2026-13-1": "", "2026-0-1": "", "26-1-5": "", "5/1/2026": "", "2026-1": "", "tomorrow": "", "": "",
	} {
		if got, ok := nodes.ReadDay(text); ok != (want != "") || ok && got != want {
			t.Errorf("%q gives %q, %v; want %q", text, got, ok, want)
		}
	}
}

func TestFold(t *testing.T) {
	for text, want := range map[string]string{" VIP ": "vip", "Ｖｉｐ１": "vip1", "\u3000售前\n": "售前", "": "", " \u3000": "", "a b": "a b"} {
		if got := nodes.Fold(text); got != want {
			t.Errorf("%q folds to %q", text, got)
		}
	}
}

// A wrong answer is asked for again, with the admin's words or else those given, until there were too many.
func TestAgain(t *testing.T) {
	ask := nodes.Wait{Prompt: "?"}
	for name, c := range map[string]struct {
		try  int
		say  string
		want nodes.Outcome
	}{
		"the first":      {0, "no", nodes.Wait{Prompt: "?", Say: "no", Wrong: true}},
		"nothing to say": {1, "", nodes.Wait{Prompt: "?", Say: "key:no", Wrong: true}},
		"the last":       {2, "no", nodes.Leave{Port: nodes.Wrong}},
		"beyond":         {3, "no", nodes.Leave{Port: nodes.Wrong}},
	} {
		if diff := cmp.Diff(c.want, nodes.Visit{Try: c.try}.Again(ask, 3, nodes.Wrong, c.say, "key:no")); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
}
