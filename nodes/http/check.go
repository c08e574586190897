package http

import (
	"net/textproto"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"foyer/designer/graph"
	"foyer/nodes"
)

// Check reports what the Spec does not tell: an address that leads nowhere or is not fixed, headers that cannot be
// sent, answers that cannot be found or do not fit.
func (k Kind) Check(n graph.Node, w nodes.World) []graph.Issue {
	c, err := nodes.Read[Config](k.Spec(), n.Config)
	if err != nil {
		return []graph.Issue{nodes.Unreadable(n)}
	}
	ch := check{node: n.ID, world: w}
	ch.address(c)
	ch.headers(c.Headers)
	ch.answers(c.Answers)
	return ch.issues
}

// check is one look at a node.
type check struct {
	node   graph.NodeID
	world  nodes.World
	issues []graph.Issue
}

// add reports a fault; args are pairs of name and value.
func (c *check) add(level graph.Level, field, code string, args ...string) {
	i := graph.Issue{Node: c.node, Field: field, Code: code, Level: level}
	for k := 0; k+1 < len(args); k += 2 {
		if i.Args == nil {
			i.Args = map[string]string{}
		}
		i.Args[args[k]] = args[k+1]
	}
	c.issues = append(c.issues, i)
}

func (c *check) address(config Config) {
	if strings.TrimSpace(config.URL) == "" {
		return
	}
	_, code := compileAddress(nodes.EnvOf(c.world.Vars()), config.URL)
	scheme, _, _ := cutScheme(config.URL)
	isSecret := func(h Header) bool { return h.Kind == secret }
	switch {
	case code == "http.urlHole":
		c.add(graph.Error, "url", "http.urlHole")
	case code != "":
		c.add(graph.Error, "url", "http.url")
	case scheme == "http" && slices.ContainsFunc(config.Headers, isSecret):
		c.add(graph.Warning, "url", "http.plain")
	}
}

// token is the form of a header's name.
var token = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

// taken are headers that the request itself has, or that would change how it is carried.
var taken = []string{
	"Accept-Encoding", "Connection", "Content-Length", "Expect", "Host", "Idempotency-Key", "Keep-Alive", "Te", "Trailer",
	"Transfer-Encoding", "Upgrade", "User-Agent", "X-Foyer-Session",
}

func (c *check) headers(all []Header) {
	seen := map[string]bool{}
	for i, h := range all {
		at, name := "headers."+strconv.Itoa(i)+".name", textproto.CanonicalMIMEHeaderKey(h.Name)
		switch {
		case h.Name == "":
			continue // told from the Spec
		case !token.MatchString(h.Name):
			c.add(graph.Error, at, "http.header", "name", h.Name)
		case slices.Contains(taken, name) || strings.HasPrefix(name, "Proxy-"):
			c.add(graph.Error, at, "http.headerTaken", "name", h.Name)
		case seen[name]:
			c.add(graph.Error, at, "http.headerTwice", "name", h.Name)
		}
		seen[name] = true
	}
}

func (c *check) answers(all []Answer) {
	seen := map[string]bool{}
	for i, a := range all {
		at := "answers." + strconv.Itoa(i) + "."
		if _, ok := readPath(a.Path); !ok && strings.TrimSpace(a.Path) != "" {
			c.add(graph.Error, at+"path", "http.path", "path", a.Path)
		}
		if seen[a.Variable] && a.Variable != "" {
			c.add(graph.Error, at+"variable", "http.variableTwice", "name", a.Variable)
		}
		seen[a.Variable] = true
		for _, v := range c.world.Vars() {
			if v.Name != a.Variable {
				continue
			}
			if _, err := nodes.ReadValue(v.Type, a.Default); err != nil {
				c.add(graph.Error, at+"default", "http.default", "name", v.Name, "value", a.Default)
			}
		}
	}
}
