package kit

import (
	"context"

	"github.com/a-h/templ"

	"foyer/ui/kit/text"
)

// Addresses that the frames lead to.
const (
	DeskPath   = "/desk"
	AdminPath  = "/admin"
	LogoutPath = "/logout" // posted to
)

// NavEntry is one line of the admin centre's navigation; one without Href only groups those Inside.
type NavEntry struct {
	Key    string // its words are "kit.nav.<Key>"
	Icon   string
	Href   string
	Inside []NavEntry
}

// Nav is the admin centre's navigation, in order. Pages that do not exist yet are not in it.
func Nav() []NavEntry {
	return []NavEntry{
		{Key: "overview", Icon: "layout-dashboard", Href: AdminPath},
		{Key: "omni", Inside: []NavEntry{
			{Key: "flows", Icon: "workflow", Href: AdminPath + "/flows"},
			{Key: "groups", Icon: "users", Href: AdminPath + "/groups"},
		}},
		{Key: "agents", Icon: "headset", Href: AdminPath + "/agents"},
		{Key: "records", Icon: "history", Href: AdminPath + "/records"},
		{Key: "callbacks", Icon: "phone-incoming", Href: AdminPath + "/callbacks"},
	}
}

func langItems(ctx context.Context) []MenuItem {
	var items []MenuItem
	for _, l := range text.Langs() {
		items = append(items, MenuItem{
			Label: text.In(l, "kit.lang.name"), Lang: string(l), Href: LangPath(ctx, l),
			Choice: true, Checked: l == text.From(ctx),
		})
	}
	return items
}

func themeItems(ctx context.Context) []MenuItem {
	icons := map[Theme]string{Auto: "monitor", Light: "sun", Dark: "moon"}
	var items []MenuItem
	for _, t := range []Theme{Auto, Light, Dark} {
		items = append(items, MenuItem{
			Label: text.T(ctx, "kit.theme."+string(t)), Icon: icons[t], Choice: true, Checked: t == ThemeFrom(ctx),
			Attrs: templ.Attributes{"data-theme-set": string(t)},
		})
	}
	return items
}

func seatHead(ctx context.Context, s Seat) string {
	if s.Number == "" {
		return s.Name
	}
	return text.T(ctx, "kit.seat.head", "name", s.Name, "number", s.Number)
}

func seatItems(ctx context.Context, other string) []MenuItem {
	items := []MenuItem{}
	switch other {
	case DeskPath:
		items = append(items, MenuItem{Label: text.T(ctx, "kit.nav.desk"), Icon: "headset", Href: DeskPath}, MenuItem{Line: true})
	case AdminPath:
		items = append(items, MenuItem{Label: text.T(ctx, "kit.nav.admin"), Icon: "layout-dashboard", Href: AdminPath}, MenuItem{Line: true})
	}
	return append(items, MenuItem{Label: text.T(ctx, "kit.seat.logout"), Icon: "log-out", Post: LogoutPath})
}
