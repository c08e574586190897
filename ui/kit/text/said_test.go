package text

import "testing"

func TestSaid(t *testing.T) {
	ctx := With(t.Context(), Chinese)
	if got := Said(ctx, "key:node.branch"); got != "分支" {
		t.Errorf("a marked key says %q", got)
	}
	if got := Said(ctx, "node.branch"); got != "node.branch" {
		t.Errorf("an admin's words became %q", got)
	}
}

func TestFill(t *testing.T) {
	ctx := With(t.Context(), Chinese)
	got := Fill(ctx, "issue.field.unchosen", map[string]string{"title": "售后", "field": "技能组"})
	if got != "“售后”：未选择“技能组”。" {
		t.Errorf("got %q", got)
	}
	got = Fill(ctx, "issue.field.unchosen", map[string]string{"title": "key:node.transfer", "field": "key:node.transfer.queueing", "name": "WaitNum", "allowed": "${WaitNo}"})
	if got != "“转人工”：未选择“转人工排队提示消息”。" {
		t.Errorf("got %q", got)
	}
	got = Fill(With(t.Context(), English), "issue.graph.cycle", map[string]string{"nodes": "key:node.branch → b"})
	if got != "These boxes form a ring that never comes to rest: Branch → b. Remove one of its lines, or put a branch into it." {
		t.Errorf("got %q", got)
	}
}
