package main

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/designer/graph"
	"foyer/storage/storagetest"
)

// Flows and sessions of a database are read while the server has it; a flow can be put in only when none has.
func TestFlowsOfSQLite(t *testing.T) {
	s, w := filled(t)
	flowsOfDatabase(t, s, w, "--data", s.data)
}

func TestFlowsOfPostgres(t *testing.T) {
	database := storagetest.Postgres(t, "fsync=off")
	if database == nil {
		return
	}
	secret, address := filepath.Join(t.TempDir(), "dsn"), database.Fresh(t)
	if err := os.WriteFile(secret, []byte(address+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := prepared(t, "demo", "--json")
	s.env = []string{"FOYER_DATABASE_FILE=" + secret}
	s.start(t)
	flowsOfDatabase(t, s, s.wayIn(t), "--data", t.TempDir(), "--database", address)
}

func flowsOfDatabase(t *testing.T, s *server, w wayIn, at ...string) {
	run := func(typed string, args ...string) (string, error) {
		t.Helper()
		out, errs, err := types(t, typed, append(args, append(at, "--lang", "en")...)...)
		return out + errs, err
	}
	bare := func(args ...string) (string, error) {
		t.Helper()
		out, errs, err := types(t, "", append(args, at...)...)
		return out + errs, err
	}
	g := arrives(t, s, w)
	v := g.calls(w, "text", "")
	g.must(http.StatusOK, "POST", "/sessions/"+v.SessionID+"/input", map[string]string{"text": "nonsense", "stepToken": v.StepToken}, nil)

	file := filepath.Join(t.TempDir(), "报障 flow.json")
	if out, err := bare("flow", "export", w.IvrID, "-o", file, "--version", "1"); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if drawn, err := graph.Parse(raw); err != nil || len(drawn.Nodes) != 5 || strings.Count(string(raw), "\n") < 12 {
		t.Errorf("%v\n%s", err, raw)
	}
	if out, err := run("", "flow", "diff", file, w.IvrID+"@draft"); err != nil || strings.Count(out, "\n") != 2 {
		t.Errorf("the export differs from the draft: %v\n%s", err, out)
	}
	if out, err := run("产品报障\n", "flow", "play", w.IvrID, "--now", "2026-01-31T09:30:00Z"); err != nil || !strings.Contains(out, "音视频售后服务组") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := run("", "flow", "check", w.IvrID); err != nil || strings.Contains(out, ": error ") {
		t.Errorf("%v\n%s", err, out)
	}
	for want, name := range map[string]string{"no such version": w.IvrID + "@99", "no such flow": "f000000000000000", "nor draft": w.IvrID + "@x"} {
		if _, err := run("", "flow", "play", name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}

	playsDrafts(t, run, s, w)

	walked := filepath.Join(t.TempDir(), "walk.json")
	if out, err := bare("session", "export", v.SessionID, "-o", walked); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	out, _, err := types(t, "", "flow", "play", "--walk", walked, "--lang", "en")
	if err != nil || !strings.Contains(out, "nonsense") || !strings.Contains(out, "All as recorded") {
		t.Errorf("%v\n%s", err, out)
	}
	if raw, err = os.ReadFile(walked); err != nil {
		t.Fatal(err)
	}
	if out, err := bare("session", "export", v.SessionID, "--timezone", "Asia/Kathmandu"); err != nil || strings.Count(out, `+05:45"`) < 2 {
		t.Errorf("the clock is not that of the settings: %v\n%s", err, out)
	}
	other := write(t, strings.Replace(string(raw), `"text": "nonsense"`, `"text": "产品报障"`, 1))
	if out, _, err = types(t, "", "flow", "play", "--walk", other, "--lang", "en"); !errors.Is(err, errFound) || !strings.Contains(out, "After input 1, event") {
		t.Errorf("a planted difference: %v\n%s", err, out)
	}
	if _, err := bare("session", "export", "ses_none"); err == nil {
		t.Error("a session that is none is written")
	}

	if _, err := run("", "flow", "import", file); err == nil || !strings.Contains(err.Error(), "another Foyer is using") {
		t.Errorf("importing beside a server: %v", err)
	}
	g.must(http.StatusOK, "POST", "/sessions/"+v.SessionID+"/end", map[string]string{}, nil) // it still serves
	s.stop(t)
	imports(t, run, bare, w, file)
}

// playsDrafts plays a flow that was never published: it walks what it enters, and while there is nothing to be entered
// it comes to grief, and the default group takes the caller.
func playsDrafts(t *testing.T, run func(string, ...string) (string, error), s *server, w wayIn) {
	t.Helper()
	admin := logsInto(t, s, w.Admin)
	inner, outer := admin.makes(t, "核验"), admin.makes(t, "主流程")
	ivr := ivrOf(t, admin, outer)
	admin.saves(t, outer, 1, through(graph.Node{ID: "enter", Kind: "subflow", Config: config(t, map[string]string{"flow": inner})}))
	if out, err := run("", "flow", "play", ivr+"@draft"); err != nil || !strings.Contains(out, "Hands off to “"+w.Agents[0].Group) {
		t.Errorf("without the default group: %v\n%s", err, out)
	}
	admin.saves(t, inner, 1, through(graph.Node{ID: "m", Kind: "message", Config: config(t, map[string]string{"text": "核验通过"})}))
	admin.submits(t, "/admin/flows/"+inner+"/publish", url.Values{})
	if out, err := run("", "flow", "play", ivr+"@draft"); err != nil || !strings.Contains(out, "核验通过") || strings.Contains(out, w.Agents[0].Group) {
		t.Errorf("without the flow that it enters: %v\n%s", err, out)
	}
}

// imports puts a file in, as a new flow and in the place of a draft.
func imports(t *testing.T, run func(string, ...string) (string, error), bare func(...string) (string, error), w wayIn, file string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	strange := write(t, strings.Replace(string(raw), `"group":"`, `"group":"grp_elsewhere`, 1))
	out, err := run("", "flow", "import", strange, "--into", w.IvrID)
	if err != nil || !strings.Contains(out, w.IvrID) || !strings.Contains(out, ": error ") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err = bare("flow", "export", w.IvrID, "--version", "draft"); err != nil || !strings.Contains(out, "grp_elsewhere") {
		t.Errorf("what is not here is not kept: %v\n%s", err, out)
	}
	if out, err = bare("flow", "export", w.IvrID); err != nil || strings.Contains(out, "grp_elsewhere") {
		t.Errorf("the live version has changed: %v", err)
	}
	if out, err = run("", "flow", "import", file); err != nil || !strings.Contains(out, "报障 flow") {
		t.Errorf("%v\n%s", err, out)
	}
	for want, args := range map[string][]string{
		"made by a newer Foyer": {write(t, `{"spec":99,"nodes":[],"edges":[]}`)}, "no such flow": {file, "--into", "f000000000000000"},
		"keeps the flow's name": {file, "--into", w.IvrID, "--name", "x"}, "cannot be read": {write(t, "hello")},
	} {
		if _, err := run("", append([]string{"flow", "import"}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// An empty place is told from a database, and is not made into one.
func TestFlowsOfNothing(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := types(t, "", "flow", "play", "f000000000000000", "--data", dir); err == nil || !strings.Contains(err.Error(), "there is nothing in") {
		t.Errorf("%v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v", left)
	}
}
