package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write what was printed into testdata")

const support = "testdata/flow/support.json"

// types runs a command with what is typed, and gives what it prints.
func types(t *testing.T, typed string, args ...string) (out, errs string, err error) {
	t.Helper()
	var a, b bytes.Buffer
	for _, v := range verbs() {
		if v.name != args[0]+" "+args[1] {
			continue
		}
		c, err := settle(v, args[2:], &b)
		if err != nil {
			return "", b.String(), err
		}
		c.flow.in = strings.NewReader(typed)
		err = v.run(t.Context(), c, &a, &b)
		return a.String(), b.String(), err
	}
	t.Fatalf("there is no command %v", args)
	return "", "", nil
}

// prints compares with a golden file.
func prints(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata/flow", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", file, diff)
	}
}

// A flow is played by what is typed, the same every time.
func TestFlowPlay(t *testing.T) {
	for name, c := range map[string]struct{ lang, typed string }{
		"talk":      {"zh-CN", "2\n5\n/vars\n/done 1001\n/trace\n/quit\n"},
		"numbers":   {"en", "1\nmany\n3\n/exit noagent\n/back\n/exit nowhere\n/exit full\n"},
		"wrong":     {"en", "x\n/done\n/reply 200\ny\nz\n/timeout\n/back\n/back\n/back\n/back\n/nonsense\n/help\n"},
		"secret":    {"zh-CN", "产品报障\n我的密码\n/vars\n/trace\n"},
		"time":      {"en", "/timeout\n/back\n2\n/timeout\n"},
		"cut short": {"en", "2\n"},
	} {
		t.Run(name, func(t *testing.T) {
			play := []string{"flow", "play", support, "--lang", c.lang, "--now", "2026-01-31T09:30:00+08:00", "--caller", "clr_7", "--var", "tries=4"}
			out, errs, err := types(t, c.typed, play...)
			if err != nil || errs != "" {
				t.Fatalf("%v, %s", err, errs)
			}
			if strings.Contains(out, "：我的密码") || strings.Contains(out, "0000") {
				t.Error("a secret is printed")
			}
			prints(t, "play-"+strings.ReplaceAll(name, " ", "-"), out)
		})
	}
}

// Choosing by the number of a line is told by what stands on it, and a rating's lines go by their scores.
func TestFlowPlayChoices(t *testing.T) {
	flow := write(t, `{"spec":2,"vars":[{"name":"model","type":"text"}],"nodes":[{"id":"s","kind":"start","x":0,"y":0},
		{"id":"q","kind":"collect","x":0,"y":0,"config":{"prompt":"哪一款","type":"options","variable":"model","options":[{"id":"o1","label":"摄像机"},{"id":"o2","label":"门锁"}]}},
		{"id":"r","kind":"rating","x":0,"y":0,"config":{}},{"id":"e","kind":"end","x":0,"y":0}],
		"edges":[{"id":"a","from":"s","port":"next","to":"q"},{"id":"b","from":"q","port":"next","to":"r"},{"id":"c","from":"r","port":"next","to":"e"}]}`)
	out, _, err := types(t, "2\n5\n", "flow", "play", flow, "--lang", "zh-CN")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"访客选择了“门锁”", "5. 非常满意", "评价：非常满意（5 分）"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}

// What cannot be played is refused with a sentence.
func TestFlowPlayRefuses(t *testing.T) {
	for want, args := range map[string][]string{
		"needs FILE":              {},
		"no such file":            {"nothing.json"},
		"no such variable":        {support, "--var", "x=1"},
		"not of type number":      {support, "--var", "tries=many"},
		"not name=value":          {support, "--var", "tries"},
		"is not like 2026":        {support, "--now", "yesterday"},
		"neither zh-CN nor en":    {support, "--lang", "fr"},
		"is too much":             {support, support},
		"made by a newer Foyer":   {write(t, `{"spec":99,"nodes":[],"edges":[]}`)},
		"cannot be read":          {write(t, `{"spec":2`)},
		"name no other":           {support, "--walk", "x.json"},
		"the walk cannot be read": {"--walk", write(t, `{}{}`)},
	} {
		if _, _, err := types(t, "", append([]string{"flow", "play"}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", args, err, want)
		}
	}
	out, _, err := types(t, "", "flow", "play", "--lang", "en", write(t, `{"spec":2,"nodes":[{"id":"s","kind":"start","x":0,"y":0},{"id":"m","kind":"branch","x":0,"y":0,"config":{"odd":1}}],"edges":[]}`))
	if !errors.Is(err, errFound) || !strings.Contains(out, "error") || !strings.Contains(out, "[m]") {
		t.Errorf("a flow that does not compile: %v\n%s", err, out)
	}
}

// write makes a file.
func write(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "flow.json")
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// The problems of a flow are told with the titles of its nodes, and an error ends with exit 1.
func TestFlowCheck(t *testing.T) {
	out, _, err := types(t, "", "flow", "check", "--lang", "en", support)
	if err != nil {
		t.Errorf("warnings alone: %v", err)
	}
	prints(t, "check", out)
	raw, err := os.ReadFile(support)
	if err != nil {
		t.Fatal(err)
	}
	broken := write(t, strings.Replace(string(raw), `"to":"menu"`, `"to":"gone"`, 1))
	out, _, err = types(t, "", "flow", "check", "--lang", "zh-CN", support, broken, "--json")
	if !errors.Is(err, errFound) || !strings.Contains(out, `"title": "请选择服务"`) || !strings.Contains(out, `"level": "error"`) {
		t.Errorf("%v\n%s", err, out)
	}
	if out, _, err := types(t, string(raw), "flow", "check", "-"); err != nil || out == "" {
		t.Errorf("from what is typed: %v", err)
	}
	if _, _, err := types(t, "", "flow", "check"); err == nil || !strings.Contains(err.Error(), "needs FILE") {
		t.Errorf("without a file: %v", err)
	}
}

// Two flows are compared by what they mean.
func TestFlowDiff(t *testing.T) {
	raw, err := os.ReadFile(support)
	if err != nil {
		t.Fatal(err)
	}
	other := string(raw)
	for old, now := range map[string]string{
		`"title":"验证","x":720`: `"title":"身份验证","x":730`, `"default":"1"`: `"default":"2"`,
		`"port":"done","to":"end"`: `"port":"done","to":"menu"`, `{"id":"e5","from":"secret","port":"next","to":"team"}`: `{"id":"e9","from":"team","port":"full","to":"end"}`,
	} {
		if !strings.Contains(other, old) {
			t.Fatalf("no %s", old)
		}
		other = strings.Replace(other, old, now, 1)
	}
	out, _, err := types(t, "", "flow", "diff", "--lang", "en", support, write(t, other))
	if !errors.Is(err, errFound) {
		t.Errorf("%v", err)
	}
	lines := strings.SplitN(out, "\n", 3)
	prints(t, "diff", lines[2])
	out, _, err = types(t, "", "flow", "diff", "--json", support, support)
	if err != nil || strings.TrimSpace(out) != "[]" {
		t.Errorf("the same: %q, %v", out, err)
	}
}
