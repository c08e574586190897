package nodes_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes"
	"foyer/nodes/nodestest"
)

// fieldIssues are the issues of one config as "code field name=value …".
func fieldIssues(t *testing.T, s nodes.Spec, config string) []string {
	t.Helper()
	w := nodes.Within(nodestest.Instance(), graph.Graph{Vars: []graph.Variable{
		{Name: "age", Type: graph.NumberType}, {Name: "name", Type: graph.TextType}, {Name: "vip", Type: graph.FlagType},
		{Name: "card", Type: graph.TextType, Secret: true},
	}})
	if !json.Valid([]byte(config)) {
		t.Fatalf("%s is not JSON", config)
	}
	var told []string
	for _, i := range nodes.CheckFields(graph.Node{ID: "n", Config: json.RawMessage(config)}, s, w) {
		if i.Node != "n" || i.Level != graph.Error {
			t.Errorf("issue %+v", i)
		}
		line := i.Code + " " + i.Field
		for _, name := range []string{"min", "max", "name", "like", "flow", "column", "allowed"} {
			if v, ok := i.Args[name]; ok {
				line += " " + name + "=" + v
			}
		}
		told = append(told, line)
	}
	return told
}

// fieldCases are configs by what they try, with the issues of each.
type fieldCases map[string]struct {
	config string
	want   []string
}

func (all fieldCases) play(t *testing.T, s nodes.Spec) {
	for name, c := range all {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, fieldIssues(t, s, c.config)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestReferences(t *testing.T) {
	fieldCases{
		"nothing":   {`{}`, []string{"field.unchosen group", "field.unchosen pick"}},
		"blanks":    {`{"group":" ","pick":"","flow":"","var":"","day":" ","time":"","zone":""}`, []string{"field.unchosen group", "field.unchosen pick"}},
		"good":      {`{"group":"g1","pick":"a","flow":"flow_a","var":"age","day":"2026-02-28","time":"09:05","zone":"Asia/Shanghai"}`, nil},
		"good ends": {`{"group":"g2","pick":"b","var":"age","time":"24:00","zone":"UTC"}`, nil},
		"gone": {`{"group":"g9","pick":"c","flow":"flow_z","var":"agee"}`,
			[]string{"field.groupGone group", "field.choice pick", "field.flowGone flow", "field.variableGone var name=agee"}},
		"unfit":        {`{"group":"g1","pick":"a","flow":"flow_b","var":"name"}`, []string{"field.flowUnpublished flow flow=草稿", "field.variableType var name=name"}},
		"bad times":    {`{"group":"g1","pick":"a","day":"2026-02-29","time":"9:05","zone":"Mars"}`, []string{"field.date day", "field.time time", "field.zone zone"}},
		"other times":  {`{"group":"g1","pick":"a","day":"28.2.2026","time":"24:01","zone":"Local"}`, []string{"field.date day", "field.time time", "field.zone zone"}},
		"wrong shapes": {`{"group":3,"pick":["a"],"flow":{},"var":true,"time":null}`, []string{"field.unchosen group", "field.unchosen pick"}},
	}.play(t, nodes.Spec{Name: "refs", Default: `{}`, Fields: []nodes.Field{
		{Name: "group", Type: nodes.GroupField, Required: true}, {Name: "pick", Type: nodes.ChoiceField, Choices: []string{"a", "b"}, Required: true},
		{Name: "flow", Type: nodes.FlowField}, {Name: "var", Type: nodes.VarField, VarTypes: []graph.Type{graph.NumberType, graph.DateType}},
		{Name: "day", Type: nodes.DateField}, {Name: "time", Type: nodes.TimeField}, {Name: "zone", Type: nodes.ZoneField},
	}})
}

// A secret may go to a web service, and into a condition, but not into words that people read.
func TestSecretsAreNotSpoken(t *testing.T) {
	fieldCases{
		"sent":   {`{"line":"${card}","if":"card != \"\"","json":"{\"card\":${card}}"}`, nil},
		"spoken": {`{"text":"卡号 ${card}"}`, []string{"field.secret text name=card"}},
		"hidden": {`{"text":"${vip ? card : name}"}`, []string{"field.secret text name=card"}},
	}.play(t, nodes.Spec{Name: "secrets", Default: `{}`, Fields: []nodes.Field{
		{Name: "text", Type: nodes.TextField, Holes: true}, {Name: "line", Type: nodes.LineField, Holes: true},
		{Name: "if", Type: nodes.ExprField}, {Name: "json", Type: nodes.JSONField, Holes: true},
	}})
}

func TestLists(t *testing.T) {
	rule := `{"id":"r","if":"vip","say":"好"}`
	fieldCases{
		"few":      {`{}`, []string{"field.few rules min=1", "field.few words min=2"}},
		"no lines": {`{"rules":[],"words":["a"]}`, []string{"field.few rules min=1", "field.few words min=2"}},
		"good":     {`{"rules":[` + rule + `],"words":["a","b"]}`, nil},
		"many":     {`{"rules":[` + rule + `,` + rule + `,` + rule + `],"words":["a","b","c","d"]}`, []string{"field.many rules max=2", "field.many words max=3"}},
		"members": {`{"rules":[{"id":"r","if":"age","say":"${nam}"},{"id":"s","say":"太长的一句话了"}],"words":["a","b"]}`,
			[]string{"expression.wantFlag rules.0.if column=1", "expression.nameLike rules.0.say name=nam like=name column=3", "field.blank rules.1.if", "field.long rules.1.say max=6"}},
		"words":     {`{"rules":[` + rule + `],"words":[" ","abcdef"]}`, []string{"field.blank words", "field.long words max=5"}},
		"odd lines": {`{"rules":[3,"x",null],"words":[1,"b"]}`, []string{"field.many rules max=2"}},
		"no list":   {`{"rules":"x","words":{}}`, []string{"field.few rules min=1", "field.few words min=2"}},
	}.play(t, nodes.Spec{Name: "lists", Default: `{}`, Fields: []nodes.Field{
		{Name: "rules", Type: nodes.ListField, Required: true, Max: 2, Item: []nodes.Field{
			{Name: "id", Type: nodes.LineField}, {Name: "if", Type: nodes.ExprField, Want: graph.FlagType, Required: true},
			{Name: "say", Type: nodes.TextField, Holes: true, MaxRunes: 6},
		}},
		{Name: "words", Type: nodes.WordsField, Min: 2, Max: 3, MaxRunes: 5},
		{Name: "days", Type: nodes.DaysField, Max: 7},
	}})
}

// What does not belong beside a choice or a flag is neither asked for nor checked, in lists too.
func TestWhen(t *testing.T) {
	fieldCases{
		"first":            {`{"mode":"a"}`, []string{"field.blank ofA", "field.blank ofOff"}},
		"second":           {`{"mode":"b"}`, []string{"field.blank ofBC", "field.blank ofOff"}},
		"third":            {`{"mode":"c","ofA":"far too long","ofBC":"x","on":true,"ofOn":"x"}`, nil},
		"of the default":   {`{"ofA":"x"}`, []string{"field.blank ofOff"}},
		"flag set":         {`{"mode":"c","ofBC":"x","on":true}`, []string{"field.blank ofOn"}},
		"flag not set":     {`{"mode":"c","ofBC":"x","on":false,"off":""}`, []string{"field.blank ofOff"}},
		"nothing is false": {`{"mode":"c","ofBC":"x","on":null}`, []string{"field.blank ofOff"}},
		"a number is none": {`{"mode":1,"on":1}`, nil},
		"lines":            {`{"mode":"c","ofBC":"x","ofOff":"x","lines":[{"kind":"x"},{"kind":"y"},{"mode":"a","kind":"x","value":"1"}]}`, []string{"field.blank lines.0.value"}},
	}.play(t, nodes.Spec{Name: "when", Default: `{"mode":"a","on":null}`, Fields: []nodes.Field{
		{Name: "mode", Type: nodes.ChoiceField, Choices: []string{"a", "b", "c"}},
		{Name: "ofA", Type: nodes.LineField, Required: true, MaxRunes: 3, When: &nodes.When{Field: "mode", Values: []string{"a"}}},
		{Name: "ofBC", Type: nodes.LineField, Required: true, When: &nodes.When{Field: "mode", Values: []string{"b", "c"}}},
		{Name: "on", Type: nodes.FlagField},
		{Name: "ofOn", Type: nodes.LineField, Required: true, When: &nodes.When{Field: "on", Values: []string{"true"}}},
		{Name: "ofOff", Type: nodes.LineField, Required: true, When: &nodes.When{Field: "on", Values: []string{"false"}}},
		{Name: "lines", Type: nodes.ListField, Item: []nodes.Field{
			{Name: "kind", Type: nodes.ChoiceField, Choices: []string{"x", "y"}},
			{Name: "value", Type: nodes.LineField, Required: true, When: &nodes.When{Field: "kind", Values: []string{"x"}}},
		}},
	}})
}

func TestExpressionFields(t *testing.T) {
	long := strings.Repeat("a", 2001)
	fieldCases{
		"good":         {`{"group":"g1","if":"queue.length > 3","text":"${WaitNo}、${queue.wait}","json":"{\"n\":${age}}"}`, nil},
		"empty":        {`{}`, []string{"field.blank if"}},
		"no group":     {`{"if":"queue.length > 3 and group.ready > 0","text":"${queue.wait}"}`, []string{"expression.noGroup if name=queue.length", "expression.noGroup text name=queue.wait"}},
		"late":         {`{"group":"g1","if":"WaitNo > 3","text":"${WaitNo + 1}","plain":"${WaitNo}"}`, []string{"expression.late if name=WaitNo column=1", "expression.late text name=WaitNo column=3 allowed=${WaitNo}, ${StaffNo}", "expression.late plain name=WaitNo column=3"}},
		"misspelt":     {`{"if":"vipp","text":"您好，${caller.nickame}、${waitno}"}`, []string{"expression.nameLike if name=vipp like=vip column=1", "expression.nameLike text name=caller.nickame like=caller.nickname column=6 allowed=${WaitNo}, ${StaffNo}", "expression.nameLike text name=waitno like=WaitNo column=24 allowed=${WaitNo}, ${StaffNo}"}},
		"too long":     {`{"if":"` + long + `"}`, []string{"expression.long if max=2000"}},
		"no holes":     {`{"if":"vip","line":"${nobody}"}`, nil},
		"JSON holes":   {`{"if":"vip","json":"{\"n\":${agee}}"}`, []string{"expression.nameLike json name=agee like=age column=8"}},
		"broken JSON":  {`{"if":"vip","json":"{\"n\":}"}`, []string{"field.json json"}},
		"broken holes": {`{"if":"vip","text":"${ ${age"}`, []string{"template.open text allowed=${WaitNo}, ${StaffNo}"}},
	}.play(t, nodes.Spec{Name: "expressions", Default: `{}`, Fields: []nodes.Field{
		{Name: "group", Type: nodes.GroupField}, {Name: "if", Type: nodes.ExprField, Want: graph.FlagType, Required: true},
		{Name: "text", Type: nodes.TextField, Holes: true, Late: []string{nodes.WaitNo, nodes.StaffNo}},
		{Name: "plain", Type: nodes.TextField, Holes: true}, {Name: "line", Type: nodes.LineField}, {Name: "json", Type: nodes.JSONField},
	}})
}

func TestNumbers(t *testing.T) {
	fieldCases{
		"lowest": {`{"n":1}`, nil}, "highest": {`{"n":5}`, nil}, "below": {`{"n":0}`, []string{"field.range n min=1 max=5"}},
		"above": {`{"n":5.1}`, []string{"field.range n min=1 max=5"}}, "of the default": {`{}`, nil}, "no number": {`{"n":"7"}`, nil},
	}.play(t, nodes.Spec{Name: "numbers", Default: `{"n":3}`, Fields: []nodes.Field{{Name: "n", Type: nodes.NumberField, Min: 1, Max: 5}}})
}
