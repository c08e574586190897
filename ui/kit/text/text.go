// Package text holds every word that a person reads, in zh-CN and en. Keys are dotted, one JSON file per area
// of the product and language; a value may hold {name} placeholders.
package text

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/text/language"
)

//go:embed zh-CN/*.json en/*.json
var files embed.FS

// Lang is a language the product speaks.
type Lang string

// The languages, the default first.
const (
	Chinese Lang = "zh-CN"
	English Lang = "en"
)

// Langs lists the languages, the default first.
func Langs() []Lang { return []Lang{Chinese, English} }

var catalogues = load()

// load reads the embedded catalogues; a broken one is a build fault and panics at start.
func load() map[Lang]map[string]string {
	all := map[Lang]map[string]string{}
	for _, lang := range Langs() {
		words := map[string]string{}
		names, err := fs.Glob(files, path.Join(string(lang), "*.json"))
		if err != nil {
			panic(err)
		}
		for _, name := range names {
			raw, err := files.ReadFile(name)
			if err != nil {
				panic(err)
			}
			part := map[string]string{}
			if err := json.Unmarshal(raw, &part); err != nil {
				panic(fmt.Sprintf("catalogue %s: %v", name, err))
			}
			for key, word := range part {
				if _, twice := words[key]; twice {
					panic(fmt.Sprintf("catalogue %s: key %q is in two files", name, key))
				}
				words[key] = word
			}
		}
		all[lang] = words
	}
	return all
}

type langKey struct{}

// With puts the reader's language into ctx.
func With(ctx context.Context, l Lang) context.Context { return context.WithValue(ctx, langKey{}, l) }

// From gives the reader's language, Chinese when none was chosen.
func From(ctx context.Context) Lang {
	if l, ok := ctx.Value(langKey{}).(Lang); ok {
		return l
	}
	return Chinese
}

var matcher = language.NewMatcher([]language.Tag{language.MustParse("zh-CN"), language.English})

// Choose picks a language: the one chosen before (a cookie's value) when we speak it, else the best of an
// Accept-Language header.
func Choose(chosen, acceptLanguage string) Lang {
	for _, l := range Langs() {
		if chosen == string(l) {
			return l
		}
	}
	tags, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil || len(tags) == 0 {
		return Chinese
	}
	_, i, _ := matcher.Match(tags...)
	return Langs()[i]
}

// T gives the words of a key in the reader's language. args are pairs of placeholder name and value.
// A missing key shows itself, so that it is seen; a test fails for it.
func T(ctx context.Context, key string, args ...any) string { return In(From(ctx), key, args...) }

// In is T for a given language.
func In(l Lang, key string, args ...any) string {
	word, ok := catalogues[l][key]
	if !ok {
		return key
	}
	if len(args) == 0 {
		return word
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, "{"+fmt.Sprint(args[i])+"}", fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(word)
}

// Has tells whether a key exists in a language.
func Has(l Lang, key string) bool { _, ok := catalogues[l][key]; return ok }

// Bundle gives all words under the given key prefixes, for a script on the page.
func Bundle(ctx context.Context, prefixes ...string) map[string]string {
	out := map[string]string{}
	for key, word := range catalogues[From(ctx)] {
		for _, p := range prefixes {
			if strings.HasPrefix(key, p) {
				out[key] = word
				break
			}
		}
	}
	return out
}
