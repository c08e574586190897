package nodes

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"foyer/designer/graph"
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

// ReadValue reads a value of a type from text, as a default or an answer is written: "3", "true", "2026-01-31". An
// empty text is the type's zero.
func ReadValue(t graph.Type, text string) (any, error) {
	text = strings.TrimSpace(text)
	switch t {
	case graph.NumberType:
		if text == "" {
			return 0.0, nil
		}
		x, err := strconv.ParseFloat(text, 64)
		if err == nil && (math.IsNaN(x) || math.IsInf(x, 0)) {
			err = strconv.ErrRange
		}
		return x, err
	case graph.FlagType:
		if text == "" {
			return false, nil
		}
		return strconv.ParseBool(text)
	case graph.DateType:
		if text == "" {
			return "", nil
		}
		day, err := time.Parse(time.DateOnly, text)
		return day.Format(time.DateOnly), err
	case graph.TextType:
		return text, nil
	}
	return nil, fmt.Errorf("type %q", t)
}
