package expression_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"foyer/designer/graph"
	"foyer/nodes/expression"
	"foyer/ui/kit/text"
)

// told writes faults as "code name=value …", one a line, columns first.
func told(faults []expression.Fault) string {
	var lines []string
	for _, f := range faults {
		line := strings.TrimPrefix(f.Code, "expression.")
		for _, name := range []string{"column", "name", "like", "what", "token", "char", "operator", "number", "form", "want", "left", "right", "got", "value", "max"} {
			if v, ok := f.Args[name]; ok {
				line += " " + name + "=" + strings.TrimPrefix(v, graph.KeyPrefix+"expression.type.")
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// faulty are expressions of every fault, with what is told of each when a flag is wanted.
var faulty = map[string]string{
	// the grammar
	``: "blank", " \n": "blank", `age >`: "end", `(age > 3`: "end", `[1, 2`: "end", `age = 3`: "equals column=5",
	`age 大于 3`: "token column=5 token=大于", `age > 1 & vip`: "token column=9 token=&", `age > )`: "token column=7 token=)",
	`name == "小`: "quote", "name == '小": "quote", `age ＞ 3`: "fullWidth column=5 like=> char=＞", `name == “小明”`: "fullWidth column=9 like=\" char=“",
	`len（name） > 1`: "fullWidth column=4 like=( char=（", `age ≥ 3`: "fullWidth column=5 like=>= char=≥", `age > 3。`: "fullWidth column=8 like=. char=。",
	`[1，2]`: "fullWidth column=3 like=, char=，", `age ~ 3`: "character column=5 char=~", `age > 3x`: "number column=7", `age > 99999999999999999999`: "number column=7",
	`age > 1e999`: "number column=9",
	// what the grammar has and the language has not
	`nil == age`: "unsupported column=1 what=nil", `{"a": 1}.a == 1`: "unsupported column=10 what=.a", `age ?? 3`: "unsupported column=5 what=??",
	`b"x" == name`: `unsupported column=1 what=b"…"`, `{"a": 1} == 3`: "unsupported column=1 what={ }", `caller?.id == ""`: "unsupported column=9 what=?.",
	`1; vip`: "unsupported column=1 what=;", `name.upper() == ""`: "unsupported column=6 what=.upper( )", `"a".x == ""`: "unsupported column=5 what=.x",
	`any([1], #acc == 1)`: "unsupported column=10 what=#acc", `any([1], #other == 1)`: "unsupported column=10 what=#other", `1 ! 2`: "token column=3 token=!",
	// names
	`agee > 3`: "nameLike column=1 name=agee like=age", `zzzzz > 3 and zzzzz < 5`: "name column=1 name=zzzzz", `AGE > 3`: "nameLike column=1 name=AGE like=age",
	`nickname == "x"`: "nameLike column=1 name=nickname like=caller.nickname", `caller.nikname == "x"`: "nameLike column=1 name=caller.nikname like=caller.nickname",
	`caller.xyz == "x"`: "name column=1 name=caller.xyz", `caller == "x"`: "group column=1 name=caller like=caller.id, caller.nickname",
	`name.x == "x"`: "nameLike column=1 name=name.x like=name", `$env["age"] == 3`: "name column=1 name=$env.age", `$env == 3`: "name column=1 name=$env",
	`get($env, "age") == 3`: "function column=1 name=get", `WaitNo > 3`: "late column=1 name=WaitNo", `WaitNoo > 3`: "name column=1 name=WaitNoo",
	`let abc = 1; abd > 0`: "nameLike column=14 name=abd like=abc", `let age = 1; age > 0`: "let column=5 name=age", `let caller = 1; vip`: "let column=5 name=caller",
	`let x = 1; let x = 2; x > 0`: "let column=16 name=x", `(let x = 1; x > 0) and x > 0`: "name column=24 name=x",
	// functions
	`now() == now()`: "function column=1 name=now\nfunction column=10 name=now", `lenn(name) > 1`: "functionLike column=1 name=lenn like=len",
	`Upper(name) == ""`: "functionLike column=1 name=Upper like=upper", `find([1], # > 0) > 0`: "function column=1 name=find",
	`len() > 0`: "arguments column=1 name=len form=len(text)", `replace(name, "a") == ""`: "arguments column=1 name=replace form=replace(text, old, new)",
	`any([1]) and vip`: "token column=8 token=)", `count([vip]) > 0`: "arguments column=1 name=count form=count(list, condition)", `reduce([1], #) > 0`: "arguments column=1 name=reduce form=reduce(list, value, start)",
	`len(age) > 0`:                "argument column=5 name=len number=1 form=len(text) want=text got=number",
	`replace(name, "a", 3) == ""`: "argument column=20 name=replace number=3 form=replace(text, old, new) want=text got=number",
	`join([1], ",") == ""`:        "argument column=6 name=join number=1 form=join(list, separator) want=list got=list",
	`days("2026-13-01", day) > 3`: "date column=6 value=2026-13-01",
	// types
	`age + name == ""`: "plus column=5 left=number right=text", `vip + vip`: "plus column=5 left=flag right=flag", `age == "18"`: "compare column=5 operator=== left=number right=text",
	`vip < vip`: "compare column=5 operator=< left=flag right=flag", `[1] == [1]`: "compare column=5 operator=== left=list right=list", `age and vip`: "operand column=1 operator=and want=flag got=number",
	`not age`: "operand column=5 operator=not want=flag got=number", `-name == 3`: "operand column=2 operator=- want=number got=text", `name * 2 > 3`: "operand column=1 operator=* want=number got=text",
	`age contains "1"`: "operand column=1 operator=contains want=text got=number", `age in 3`: "operand column=8 operator=in want=list got=number", `age in ["1"]`: "compare column=5 operator=in left=number right=text",
	`age ? vip : vip`: "operand column=1 operator=? want=flag got=number", `vip ? 1 : "a"`: "branches column=11 left=number right=text", `[1, "a"] == 3`: "lines column=5 left=number right=text",
	`[[1]] == 3`: "lines column=2 left=list right=list", `any(age, # > 1)`: "operand column=5 operator=any want=list got=number", `any([1], #)`: "operand column=10 operator=any want=flag got=number",
	`sum(["a"]) > 1`: "operand column=5 operator=sum want=list got=list", `sum(["a"], #) > 1`: "operand column=12 operator=sum want=number got=text",
	`reduce([1], "a", 0) > 0`: "operand column=13 operator=reduce want=number got=text", `age[0] == 1`: "operand column=1 operator=[ ] want=list got=number",
	`name["x" + "y"] == ""`: "operand column=10 operator=[ ] want=number got=text", `age[1:] == 1`: "operand column=1 operator=[ : ] want=list got=number", `len(map([1], [#])) > 0`: "operand column=14 operator=map want=text got=list",
	`name matches name`: "patternFixed column=14", `name matches "("`: "pattern column=14 max=200", `day > "1.5.2026"`: "date column=7 value=1.5.2026", `"soon" == day`: "date column=1 value=soon",
	// what is wanted: a flag
	`age`: "wantFlag column=1 got=number", `name`: "wantFlag column=1 got=text", `day`: "wantFlag column=1 got=date", `[vip]`: "list column=1",
}

// Every fault says what is wrong, where, and where it can what was meant.
func TestFaults(t *testing.T) {
	for source, want := range faulty {
		program, faults := env().Compile(source, graph.FlagType)
		if diff := cmp.Diff(want, told(faults)); diff != "" || program != nil {
			t.Errorf("%s (-want +got)\n%s", source, diff)
		}
	}
}

// Everything that is wrong is told at once.
func TestAllFaults(t *testing.T) {
	_, faults := env().Compile(`zzzzz > 3 and yyyyy(age) or name > 3 and -vip > xxxxx`, graph.FlagType)
	want := "name column=1 name=zzzzz\nfunction column=15 name=yyyyy\ncompare column=34 operator=> left=text right=number\noperand column=43 operator=- want=number got=flag\nname column=49 name=xxxxx"
	if diff := cmp.Diff(want, told(faults)); diff != "" {
		t.Error(diff)
	}
}

func TestWants(t *testing.T) {
	for want, sources := range map[graph.Type]map[string]string{
		graph.NumberType: {`age`: "", `len(name)`: "", `name`: "wantNumber column=1 got=text", `vip`: "wantNumber column=1 got=flag"},
		graph.TextType:   {`name`: "", `day`: "", `age`: "wantText column=1 got=number", `vip ? day : name`: "", `["a"][0]`: ""},
		graph.DateType:   {`day`: "", `name`: "", `addDays(day, 1)`: "", `""`: "", `"2026-01-31"`: "", `"tomorrow"`: "date column=1 value=tomorrow", `age`: "wantDate column=1 got=number"},
		"":               {`day`: "", `age`: "", `vip`: "", `[1]`: "list column=1", `[]`: "list column=1"},
	} {
		for source, told1 := range sources {
			p, faults := env().Compile(source, want)
			if diff := cmp.Diff(told1, told(faults)); diff != "" || (p == nil) != (told1 != "") {
				t.Errorf("%s as %s (-want +got)\n%s", source, want, diff)
			}
		}
	}
	for source, typ := range map[string]graph.Type{`age`: "number", `vip`: "flag", `name`: "text", `day`: "text"} {
		if p, _ := env().Compile(source, ""); p.Type() != typ {
			t.Errorf("%s is %s", source, p.Type())
		}
	}
}

// Every fault reads as a whole sentence in every language, with nothing left to fill in.
func TestFaultsRead(t *testing.T) {
	left, codes := regexp.MustCompile(`\{[a-z]+\}|key:|expression\.[a-z]|issue\.`), map[string]bool{}
	for source := range faulty {
		_, faults := env().Compile(source, graph.FlagType)
		for _, f := range faults {
			codes[f.Code] = true
			args := maps.Clone(f.Args)
			if args == nil {
				args = map[string]string{}
			}
			args["title"], args["field"] = "售前", "key:node.transfer.preferred"
			for _, lang := range text.Langs() {
				got := text.Fill(text.With(t.Context(), lang), "issue."+f.Code, args)
				if left.MatchString(got) {
					t.Errorf("%s: %s", source, got)
				}
			}
		}
	}
	if len(codes) < 28 {
		t.Errorf("only %d codes were read", len(codes))
	}
}

// A name as long as an expression does not fill a sentence.
func TestLongNames(t *testing.T) {
	_, faults := env().Compile(strings.Repeat("名", 1999), "")
	if len(faults) != 1 || faults[0].Args["name"] != strings.Repeat("名", 60)+"…" {
		t.Errorf("%v", faults)
	}
}

// A letter that is longer than its lower case, the sign of kelvin, is one to be corrected as any other.
func TestLikeKelvin(t *testing.T) {
	for source, want := range map[string]string{
		"cloc\u212a == 1":       "name column=1 name=cloc\u212a",
		"cloc\u212a.hour == 1":  "nameLike column=1 name=cloc\u212a.hour like=clock.hour",
		"cloc\u212a.houur == 1": "nameLike column=1 name=cloc\u212a.houur like=clock.hour",
	} {
		if _, faults := documentedEnv().Compile(source, ""); told(faults) != want {
			t.Errorf("%s: %s", source, told(faults))
		}
	}
}
