package nodes

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/designer/graph"
	"foyer/nodes/expression"
)

// The limits of what a flow declares.
const (
	MaxVars    = 100
	maxVarName = 40  // characters
	maxVarText = 500 // characters of a default, and of a note
)

var varName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// taken are words that a variable cannot be called: the language's own.
var taken = []string{"true", "false", "nil", "not", "and", "or", "in", "matches", "contains", "startsWith", "endsWith", "let", "if", "else"}

// checkVars reports what is wrong with the variables that a flow declares.
func checkVars(vars []graph.Variable) []graph.Issue {
	var issues []graph.Issue
	add := func(v graph.Variable, code string, args ...string) {
		i := graph.Issue{Var: v.Name, Code: code, Level: graph.Error, Args: map[string]string{"name": v.Name}}
		for k := 0; k+1 < len(args); k += 2 {
			i.Args[args[k]] = args[k+1]
		}
		issues = append(issues, i)
	}
	if len(vars) > MaxVars {
		issues = append(issues, graph.Issue{Code: "var.many", Level: graph.Error, Args: map[string]string{"max": strconv.Itoa(MaxVars)}})
	}
	seen := map[string]bool{}
	for _, v := range vars {
		switch {
		case !varName.MatchString(v.Name) || len(v.Name) > maxVarName || slices.Contains(taken, v.Name):
			add(v, "var.name", "max", strconv.Itoa(maxVarName))
		case systemName(v.Name):
			add(v, "var.system")
		case seen[v.Name]:
			add(v, "var.twice")
		}
		seen[v.Name] = true
		if !slices.Contains(graph.Types(), v.Type) {
			add(v, "var.type")
		} else if _, err := ReadValue(v.Type, v.Default); err != nil {
			add(v, "var.default")
		}
		if utf8.RuneCountInString(v.Default) > maxVarText || utf8.RuneCountInString(v.About) > maxVarText {
			add(v, "var.long", "max", strconv.Itoa(maxVarText))
		}
	}
	return issues
}

func systemName(name string) bool {
	for _, n := range append(SystemNames(), LateNames()...) {
		if top, _, _ := strings.Cut(n.Path, "."); top == name {
			return true
		}
	}
	return false
}

// ReadValue reads a value of a type from text, as a default or an answer of another system is written: "3", "true",
// "2026-01-31". Spaces around it do not count, and an empty text is the type's zero. A number must be finite and
// decimal. Where there is an error there is no value.
func ReadValue(t graph.Type, text string) (any, error) {
	text = strings.TrimSpace(text)
	if !slices.Contains(graph.Types(), t) {
		return nil, fmt.Errorf("type %q", t)
	}
	if text == "" {
		return expression.Zero(t), nil
	}
	switch t {
	case graph.TextType:
		return text, nil
	case graph.NumberType:
		x, err := expression.ReadNumber(text)
		if err != nil {
			return nil, err
		}
		return x, nil
	case graph.FlagType:
		flag, err := strconv.ParseBool(text)
		if err != nil {
			return nil, err
		}
		return flag, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil, err
	}
	return day.Format(time.DateOnly), nil
}
