package session_test

import (
	"encoding/json"
	"fmt"

	"foyer/designer/graph"
)

// sketch draws a graph in few words: nodes as id, kind and config; edges as "from port to".
func sketch(nodes [][3]string, edges ...[3]string) graph.Graph {
	g := graph.Graph{Spec: graph.SpecVersion}
	for _, n := range nodes {
		g.Nodes = append(g.Nodes, graph.Node{ID: graph.NodeID(n[0]), Kind: n[1], Config: json.RawMessage(n[2])})
	}
	for i, e := range edges {
		g.Edges = append(g.Edges, graph.Edge{
			ID: graph.EdgeID(fmt.Sprintf("e%d", i)), From: graph.NodeID(e[0]), Port: graph.Port(e[1]), To: graph.NodeID(e[2]),
		})
	}
	return g
}

const (
	menuConfig = `{"prompt":"请选择","wrong":"没有这个选项","retries":3,"timeout":60,"options":[
		{"id":"buy","keywords":["1","售前"],"label":"产品咨询"},{"id":"fix","keywords":["2"],"label":"产品报障"}]}`
	salesConfig = `{"group":"sales","connecting":"正在转接","queueing":"前面还有${WaitNo}位","failed":"客服不在线","success":"工号${StaffNo}为您服务","timeout":90}`
	fixConfig   = `{"group":"repair","timeout":90}`
	endConfig   = `{"idleSeconds":60,"idleText":"长时间未回复，会话结束","agentEndsText":"客服已结束会话"}`
)

// supportFlow is the seed's example: two branches, two groups, one end.
func supportFlow() graph.Graph {
	return sketch([][3]string{
		{"start", "start", `{}`}, {"menu", "branch", menuConfig},
		{"sales", "transfer", salesConfig}, {"repair", "transfer", fixConfig}, {"end", "end", endConfig},
	},
		[3]string{"start", "next", "menu"}, [3]string{"menu", "buy", "sales"}, [3]string{"menu", "fix", "repair"},
		[3]string{"sales", "done", "end"}, [3]string{"repair", "done", "end"},
	)
}

// directFlow has no menu: the caller goes straight to sales, and from there, when nobody takes them, to repair.
func directFlow() graph.Graph {
	return sketch([][3]string{
		{"start", "start", `{}`}, {"sales", "transfer", `{"group":"sales","timeout":30}`},
		{"repair", "transfer", fixConfig}, {"end", "end", `{"idleSeconds":0}`},
	},
		[3]string{"start", "next", "sales"}, [3]string{"sales", "done", "end"}, [3]string{"sales", "timeout", "repair"},
		[3]string{"sales", "noAgent", "repair"}, [3]string{"repair", "done", "end"},
	)
}

// roundFlow sends a caller whom nobody takes round and round.
func roundFlow() graph.Graph {
	return sketch([][3]string{
		{"start", "start", `{}`}, {"sales", "transfer", `{"group":"sales","timeout":0}`},
		{"repair", "transfer", fixConfig}, {"end", "end", endConfig},
	},
		[3]string{"start", "next", "sales"}, [3]string{"sales", "noAgent", "repair"}, [3]string{"repair", "noAgent", "sales"},
		[3]string{"sales", "done", "end"}, [3]string{"repair", "done", "end"},
	)
}
