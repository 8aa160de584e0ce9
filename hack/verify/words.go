package main

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// glossary has the words to use and, in code marks in the last column of its tables, the phrases that they replace.
const glossary = "docs/glossary.md"

// The headings of the columns with retired phrases, those of English and those of translations into Chinese.
const (
	retiredColumn        = "instead of"
	retiredChineseColumn = "不用"
)

// retired is a phrase that the glossary has replaced.
type retired struct {
	pattern *regexp.Regexp
	first   string // what a text has to hold, in lower case, to be worth a search
	word    string // to use instead
	chinese bool
}

var marked = regexp.MustCompile("`([^`]+)`")

// between is what may stand between two words of a phrase: a line may end there, also one of a comment.
const between = `\s+(?:(?://|#)\s*)?`

// retired returns the phrases of the glossary that are not used any more. A tree without a glossary has none.
func (t tree) retired() []retired {
	var all []retired
	column := ""
	for line := range strings.Lines(t[glossary]) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) < 2 {
			column = ""
			continue
		}
		last := strings.TrimSpace(cells[len(cells)-1])
		if column == "" {
			column = last
			continue
		}
		if column != retiredColumn && column != retiredChineseColumn {
			continue
		}
		for _, match := range marked.FindAllStringSubmatch(last, -1) {
			all = append(all, newRetired(match[1], strings.TrimSpace(cells[0]), column == retiredChineseColumn))
		}
	}
	return all
}

func newRetired(phrase, word string, chinese bool) retired {
	if chinese {
		return retired{regexp.MustCompile(regexp.QuoteMeta(phrase)), phrase, word, true}
	}
	words := strings.Fields(phrase)
	first := strings.ToLower(words[0])
	for i := range words {
		words[i] = regexp.QuoteMeta(words[i])
	}
	return retired{regexp.MustCompile(`(?i)\b` + strings.Join(words, between) + `\b`), first, word, false}
}

// checkWords wants the words of the glossary in sources, comments included, in manifests and in documentation. Output is not
// searched: it is written in the sources.
func checkWords(all []retired, name, text string) []finding {
	if !hasWords(name) {
		return nil
	}
	if strings.HasSuffix(name, ".md") {
		text = withoutBlocks(text)
	}
	chinese, lower := strings.HasSuffix(name, ".zh-CN.md"), strings.ToLower(text)
	var found []finding
	for _, r := range all {
		if r.chinese != chinese || !strings.Contains(lower, r.first) {
			continue
		}
		for _, at := range r.pattern.FindAllStringIndex(text, -1) {
			phrase := strings.Join(strings.Fields(text[at[0]:at[1]]), " ")
			found = append(found, finding{name, 1 + strings.Count(text[:at[0]], "\n"), fmt.Sprintf("says %q: the word is %q (%s)", phrase, r.word, glossary)})
		}
	}
	slices.SortStableFunc(found, func(a, b finding) int { return a.line - b.line })
	return found
}

// hasWords reports whether a file is written by people, for people.
func hasWords(name string) bool {
	if name == glossary || slices.Contains(strings.Split(name, "/"), "testdata") {
		return false
	}
	switch path.Ext(name) {
	case ".go", ".md", ".yaml", ".yml":
		return true
	}
	return path.Base(name) == "Makefile"
}

// withoutBlocks is a page with its fenced blocks empty, and all other lines where they were.
func withoutBlocks(text string) string {
	lines := make([]string, strings.Count(text, "\n")+1)
	for number, line := range prose(text) {
		lines[number-1] = line
	}
	return strings.Join(lines, "\n")
}
