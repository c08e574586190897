package standard

import (
	"encoding/json"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/branch"
	"foyer/nodes/end"
	"foyer/nodes/start"
	"foyer/nodes/transfer"
)

// ExampleFlow is the flow of the demo: a menu of 产品咨询 and 产品报障, which lead to the skill groups with the ids
// presales and aftersales. It has no error and is laid out from left to right.
func ExampleFlow(presales, aftersales string) graph.Graph {
	const column, gap = 220, 100 // width of a box and the space between two
	x := func(n int) int { return 80 + n*(column+gap) }
	return graph.Graph{
		Spec: graph.SpecVersion,
		Nodes: []graph.Node{
			{ID: "start", Kind: "start", X: x(0), Y: 200, Config: config(start.Config{})},
			{ID: "menu", Kind: "branch", Title: "请选择服务", X: x(1), Y: 160, Config: config(exampleMenu())},
			{ID: "presales", Kind: "transfer", Title: "售前", X: x(2), Y: 40, Config: config(exampleTransfer(presales, "售前"))},
			{ID: "aftersales", Kind: "transfer", Title: "售后", X: x(2), Y: 360, Config: config(exampleTransfer(aftersales, "售后"))},
			{ID: "end", Kind: "end", X: x(3), Y: 200, Config: config(end.Config{
				IdleSeconds:   300,
				IdleText:      "由于您长时间没有应答，会话已自动结束。如需帮助，欢迎再次联系我们。",
				AgentEndsText: "本次服务已结束，感谢您的咨询，祝您生活愉快。",
			})},
		},
		Edges: []graph.Edge{
			{ID: "e1", From: "start", Port: nodes.Next, To: "menu"},
			{ID: "e2", From: "menu", Port: "consult", To: "presales"},
			{ID: "e3", From: "menu", Port: "repair", To: "aftersales"},
			{ID: "e4", From: "presales", Port: nodes.Done, To: "end"},
			{ID: "e5", From: "aftersales", Port: nodes.Done, To: "end"},
		},
	}
}

func exampleMenu() branch.Config {
	return branch.Config{
		Prompt: "您好，欢迎使用音视频客服。请选择您需要的服务：",
		Wrong:  "没有找到这个选项，请点击菜单中的选项，或输入“产品咨询”“产品报障”。",
		Options: []branch.Option{
			{ID: "consult", Keywords: []string{"产品咨询", "1", "售前"}},
			{ID: "repair", Keywords: []string{"产品报障", "2", "售后"}},
		},
		Retries: 3,
		Timeout: 120,
	}
}

func exampleTransfer(group, name string) transfer.Config {
	return transfer.Config{
		Group:      group,
		Connecting: "正在为您转接" + name + "客服，请稍候。",
		Queueing:   "当前" + name + "客服忙碌，您前面还有 ${WaitNo} 位用户在等待。",
		Failed:     "抱歉，当前没有" + name + "客服能够接待您，请稍后再试。",
		Success:    "客服 ${StaffNo} 为您服务。",
	}
}

// config writes a config as the designer would save it.
func config(c any) json.RawMessage {
	raw, err := json.Marshal(c)
	if err != nil {
		panic(err) // the structs above are plain data
	}
	return raw
}
