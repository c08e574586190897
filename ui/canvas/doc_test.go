package canvas_test

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"

	"foyer/ui/kit/kittest"
)

// docKit stands before each script below: FlowDoc as it is shipped, a source of random numbers that repeats itself, and
// random acts that are possible in a document.
const docKit = `
const FlowDoc = document.querySelector("flow-canvas").editor.doc.constructor;
const random = (seed) => () => { seed = (seed * 1664525 + 1013904223) >>> 0; return seed / 4294967296; };
const text = (doc) => JSON.stringify(doc);
const check = (yes, what) => { if (!yes) throw new Error(what); };
const whole = (doc) => {
	const taken = new Set();
	for (const e of doc.edges.values()) {
		check(doc.nodes.has(e.from) && doc.nodes.has(e.to), "an edge hangs in the air");
		check(!taken.has(e.from + " " + e.port), "two edges leave one port");
		taken.add(e.from + " " + e.port);
		check(doc.exit(e.from, e.port) === e, "the index of exits is wrong");
		check(doc.edgesTo(e.to).includes(e), "the index of arrivals is wrong");
	}
};
let serial = 0;
const act = (doc, r) => {
	const pick = (list) => list[Math.floor(r() * list.length)];
	const nodes = [...doc.nodes.keys()], edges = [...doc.edges.keys()];
	const kind = Math.floor(r() * 7);
	if (nodes.length < 3 || kind === 0) return [{op: "addNode", node: {id: "n" + serial++, kind: "k", x: Math.floor(r() * 900), y: 0, config: {a: 1}}}];
	if (kind === 1) {
		const id = pick(nodes);
		return [...doc.edgesOf(id).map((e) => ({op: "delEdge", id: e.id})), {op: "delNode", id}];
	}
	if (kind === 2 && edges.length > 0) return [{op: "delEdge", id: pick(edges)}];
	if (kind === 3) return [{op: "move", to: Object.fromEntries(nodes.filter(() => r() < 0.5).map((id) => [id, [Math.floor(r() * 900), 7]]))}];
	if (kind === 4) return [{op: "set", id: pick(nodes), config: {a: Math.floor(r() * 9)}, ...(r() < 0.5 && {title: "t" + Math.floor(r() * 9)})}];
	const from = pick(nodes), to = pick(nodes), port = "p" + Math.floor(r() * 4);
	if (from === to || doc.exit(from, port)) return [];
	return [{op: "addEdge", edge: {id: "e" + serial++, from, port, to}}];
};
`

// The document is a log of invertible operations: whatever was done, in whatever order, taking it back leads to the
// same text, and doing it again to the same end.
func TestDocument(t *testing.T) {
	ctx := kittest.Browser(t)
	s := open(t, example())
	kittest.Do(t, ctx, chromedp.Navigate(s.url+"/admin/flows/f1/edit"))
	ready(t, ctx)
	tests := []struct{ name, script string }{
		{"undoing every act is as if nothing was done", `
			for (let seed = 1; seed <= 200; seed++) {
				const r = random(seed), doc = new FlowDoc({spec: 1, nodes: [], edges: []});
				for (let i = 0; i < 20; i++) doc.apply(act(doc, r));
				const start = new FlowDoc(JSON.parse(text(doc))), before = text(start), steps = [before];
				for (let i = 0; i < 60; i++) { const ops = act(start, r); if (ops.length) { start.apply(ops); steps.push(text(start)); whole(start); } }
				for (let i = steps.length - 1; i > 0; i--) { check(text(start) === steps[i], "step " + i); start.undo(); whole(start); }
				check(text(start) === before && !start.canUndo, "the beginning, seed " + seed);
				for (let i = 1; i < steps.length; i++) { start.redo(); check(text(start) === steps[i], "again " + i); }
				check(!start.canRedo, "nothing left to redo");
			}`},
		{"walking the history at random keeps the document whole", `
			for (let seed = 1; seed <= 100; seed++) {
				const r = random(seed * 7919), doc = new FlowDoc({spec: 1, nodes: [], edges: []});
				for (let i = 0; i < 120; i++) {
					const way = r();
					if (way < 0.3) doc.undo(); else if (way < 0.5) doc.redo(); else doc.apply(act(doc, r));
					whole(doc);
				}
			}`},
		{"the inverse of each operation gives the operation back", `
			const r = random(42), doc = new FlowDoc({spec: 1, nodes: [], edges: []});
			let changes = 0;
			doc.listen((c) => { if (c.ops.length) changes++; });
			for (let i = 0; i < 300; i++) {
				const ops = act(doc, r); if (!ops.length) continue;
				const before = text(doc); doc.apply(ops); const after = text(doc);
				doc.undo(); check(text(doc) === before, "undo " + JSON.stringify(ops));
				doc.redo(); check(text(doc) === after, "redo " + JSON.stringify(ops));
			}
			check(changes > 300, "listeners heard nothing");`},
		{"an impossible act changes nothing", `
			const doc = new FlowDoc({spec: 1, nodes: [{id: "a", kind: "k", x: 0, y: 0}, {id: "b", kind: "k", x: 0, y: 0}], edges: [{id: "e", from: "a", port: "p", to: "b"}]});
			const before = text(doc), can = doc.canUndo;
			const impossible = [
				[{op: "delNode", id: "a"}], [{op: "delNode", id: "x"}], [{op: "delEdge", id: "x"}], [{op: "set", id: "x", title: "t"}],
				[{op: "move", to: {a: [1, 1], x: [2, 2]}}], [{op: "addNode", node: {id: "a", kind: "k", x: 0, y: 0}}],
				[{op: "addEdge", edge: {id: "e2", from: "a", port: "p", to: "b"}}], [{op: "addEdge", edge: {id: "e2", from: "a", port: "q", to: "x"}}],
				[{op: "set", id: "a", title: "t"}, {op: "move", to: {b: [5, 5]}}, {op: "delEdge", id: "e"}, {op: "delEdge", id: "e"}],
			];
			for (const ops of impossible) {
				let refused = false;
				try { doc.apply(ops); } catch { refused = true; }
				check(refused, "accepted " + JSON.stringify(ops));
				check(text(doc) === before && doc.canUndo === can, "left traces " + JSON.stringify(ops));
				whole(doc);
			}`},
		{"deleting a node takes its edges, one undo brings both back", `
			const doc = new FlowDoc({spec: 1, nodes: ["a", "b", "c"].map((id) => ({id, kind: "k", x: 0, y: 0})), edges: [{id: "e1", from: "a", port: "p", to: "b"}, {id: "e2", from: "b", port: "p", to: "c"}]});
			const before = text(doc);
			doc.apply([{op: "delEdge", id: "e1"}, {op: "delEdge", id: "e2"}, {op: "delNode", id: "b"}]);
			check(doc.nodes.size === 2 && doc.edges.size === 0, "not gone");
			doc.undo();
			check(text(doc) === before && !doc.canUndo, "not back");`},
		{"typing in one field is one entry, until it is sealed", `
			const doc = new FlowDoc({spec: 1, nodes: [{id: "a", kind: "k", x: 0, y: 0, config: {t: ""}}], edges: []});
			for (const t of ["h", "he", "hel"]) doc.apply([{op: "set", id: "a", config: {t}}], {merge: "config a t"});
			doc.seal();
			doc.apply([{op: "set", id: "a", config: {t: "help"}}], {merge: "config a t"});
			doc.apply([{op: "set", id: "a", config: {t: "help", u: 1}}], {merge: "config a u"});
			const seen = [];
			while (doc.canUndo) { doc.undo(); seen.push(JSON.stringify(doc.nodes.get("a").config)); }
			check(seen.join() === '{"t":"help"},{"t":"hel"},{"t":""}', seen.join());
			doc.redo(); doc.redo(); doc.redo();
			check(JSON.stringify(doc.nodes.get("a").config) === '{"t":"help","u":1}', "redo");`},
		{"an option deleted with its edge while typing comes back with it", `
			const doc = new FlowDoc({spec: 1, nodes: [{id: "a", kind: "k", x: 0, y: 0, config: {o: 1}}, {id: "b", kind: "k", x: 0, y: 0}], edges: [{id: "e", from: "a", port: "p", to: "b"}]});
			const before = text(doc);
			doc.apply([{op: "set", id: "a", config: {o: 2}}], {merge: "m"});
			doc.apply([{op: "set", id: "a", config: {o: 3}}, {op: "delEdge", id: "e"}], {merge: "m"});
			doc.undo();
			check(text(doc) === before && !doc.canUndo, text(doc));`},
		{"a new act forgets what was undone", `
			const doc = new FlowDoc({spec: 1, nodes: [{id: "a", kind: "k", x: 0, y: 0}], edges: []});
			doc.apply([{op: "move", to: {a: [1, 1]}}]); doc.undo();
			doc.apply([{op: "move", to: {a: [2, 2]}}]);
			check(!doc.canRedo && doc.redo() === undefined, "redo of a forgotten act");`},
		{"equal documents are equal text", `
			const nodes = ["a", "b", "c"].map((id) => ({id, kind: "k", x: 0, y: 0}));
			check(text(new FlowDoc({spec: 1, nodes, edges: []})) === text(new FlowDoc({spec: 1, nodes: [...nodes].reverse(), edges: []})), "order matters");`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			run(t, ctx, docKit+tt.script)
		})
	}
}

// run runs a script and fails the test with what it throws.
func run(t *testing.T, ctx context.Context, script string) {
	t.Helper()
	fault := kittest.Eval[string](t, ctx, `(() => { try { (() => {`+script+`})(); return ""; } catch (err) { return String(err); } })()`)
	if fault != "" {
		t.Error(fault)
	}
}
