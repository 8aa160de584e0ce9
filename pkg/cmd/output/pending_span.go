package output

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// span is a range of amounts as it is written: 100Gi, or 50Gi..100Gi.
type span struct{ low, high resource.Quantity }

// parseSpan reads a span, and reports whether it is one.
func parseSpan(text string) (span, bool) {
	low, high, isRange := strings.Cut(text, "..")
	if !isRange {
		high = low
	}
	l, okLow := amount(low)
	h, okHigh := amount(high)
	return span{l, h}, okLow && okHigh
}

func amount(text string) (resource.Quantity, bool) {
	if text == "" || !digit(text[0]) {
		return resource.Quantity{}, false
	}
	q, err := resource.ParseQuantity(text)
	return q, err == nil
}

// with is the span that covers both.
func (s span) with(o span) span {
	if o.low.Cmp(s.low) < 0 {
		s.low = o.low
	}
	if o.high.Cmp(s.high) > 0 {
		s.high = o.high
	}
	return s
}

// String is the span as parseSpan reads it.
func (s span) String() string {
	if s.low.Cmp(s.high) == 0 {
		return s.low.String()
	}
	return s.low.String() + ".." + s.high.String()
}

// spanned is the span of amounts in brackets, behind a space; empty if there are none or one is no amount.
func spanned(amounts []string) string {
	if len(amounts) == 0 {
		return ""
	}
	all, ok := parseSpan(amounts[0])
	for _, text := range amounts[1:] {
		s, isSpan := parseSpan(text)
		all, ok = all.with(s), ok && isSpan
	}
	if !ok {
		return ""
	}
	return " (" + all.String() + ")"
}

// A text's shape is what it has in common with texts that differ from it only in amounts and names. Amounts are
// always left out of it; names, taken to be the words with a digit in them, only with names set.
func shape(text string, names bool) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		before, core, after := trimmed(w)
		if _, ok := parseSpan(core); ok {
			words[i] = before + "#" + after
		} else if names && strings.ContainsAny(core, "0123456789") {
			words[i] = before + "@" + after
		}
	}
	return strings.Join(words, " ")
}

// merged is one text for several of the same shape: amounts become spans, names a list.
func merged(texts []string) string {
	texts = slices.Compact(texts)
	words := strings.Split(texts[0], " ")
	for i := range words {
		before, _, after := trimmed(words[i])
		var others []string
		for _, text := range texts {
			_, other, _ := trimmed(strings.Split(text, " ")[i])
			others = append(others, other)
		}
		slices.Sort(others)
		if others = slices.Compact(others); len(others) == 1 {
			continue
		}
		core := strings.Trim(spanned(others), " ()")
		if core == "" {
			core = shortNames(others)
		}
		words[i] = before + core + after
	}
	return strings.Join(words, " ")
}

// trimmed takes a word out of its punctuation.
func trimmed(word string) (before, core, after string) {
	core = strings.TrimLeft(word, "(")
	before = word[:len(word)-len(core)]
	core = strings.TrimRight(core, "),;:.")
	return before, core, word[len(before)+len(core):]
}
