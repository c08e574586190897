package nodes_test

import (
	"testing"

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
