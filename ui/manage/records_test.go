package manage_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"foyer/runtime/record"
)

func TestRecords(t *testing.T) {
	s := open(t, busy())
	page := s.page("/admin/records?q=%20李%20&status=normal&group=grp_2")
	if f := s.filter; f.Search != "李" || f.Status != record.Normal || f.GroupID != "grp_2" || f.AgentID != "" {
		t.Errorf("the filter is %+v", f)
	}
	for _, status := range record.Statuses() {
		has(t, page, says("manage.records.status."+string(status)))
	}
	has(t, page, "/admin/records/ses_normal", "产品报障", "0:42", "3:07", "李想", says("manage.records.visitor", "id", "1234"))
	hasNot(t, page, says("manage.records.more"))

	s.rows = slices.Repeat(s.rows[:1], 50)
	has(t, s.page("/admin/records"), says("manage.records.more"), "before=ses_open")
	has(t, open(t, nil).page("/admin/records"), says("manage.records.empty"))
	has(t, open(t, nil).page("/admin/records?q=x"), says("manage.records.none"), says("manage.clear"))
}

// TestRecord tells a session from its events: who was really rung, what went wrong, what was said.
func TestRecord(t *testing.T) {
	page := open(t, busy()).page("/admin/records/ses_normal")
	ev := func(kind string, pairs ...any) string { return says("manage.records.ev."+kind, pairs...) }
	has(t, page,
		ev("session.chose", "label", "产品报障"), ev("session.queued", "group", "音视频售后服务组"),
		ev("offer.opened", "agent", "张敏"), ev("offer.timeout", "agent", "张敏"), ev("offer.acceptedFor", "agent", "李想", "group", "音视频售前服务组"),
		ev("offer.rescinded", "agent", says("manage.records.agent")),
		ev("session.released", "port", says("manage.records.port.timeout")), ev("session.ended", "by", says("manage.records.by.caller")),
		`class="is-bad"`, `data-copy="ses_normal"`, "音视频售后服务组", "李想 1002",
		"&lt;b&gt;一直&lt;/b&gt;闪红灯", `src="/files/fil_1"`, `width="640"`, `class="is-emoji"`, "正在为您转接",
	)
	hasNot(t, page, "no.words", "<b>一直", "manage.records.")
}

// TestRecordZone reads the page where the server's clock is not UTC: heading, timeline and messages tell one time.
func TestRecordZone(t *testing.T) {
	was := time.Local
	t.Cleanup(func() { time.Local = was })
	time.Local = time.FixedZone("CST", 8*3600)
	w := busy()
	at := w.details["ses_normal"].At.UTC()
	page := open(t, w).page("/admin/records/ses_normal")
	has(t, page, at.Local().Format(says("kit.time.exact")), "20:00:01", "20:00:00")
	hasNot(t, page, at.Format(says("kit.time.exact")), "12:00:0")
}

func TestOverview(t *testing.T) {
	page := open(t, busy()).page("/admin")
	has(t, page, says("manage.overview.recent"), "https://foyer.test/c/flive000000000000")
	hasNot(t, page, says("manage.overview.setup"))
	bare := open(t, nil).page("/admin")
	has(t, bare, says("manage.overview.setup"), says("manage.overview.step1"))
	if n := strings.Count(bare, says("manage.overview.go")); n != 3 {
		t.Errorf("%d steps can be taken; without a published flow nothing can be tried", n)
	}
}
