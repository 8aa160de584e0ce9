package monitoring

import (
	"regexp"
	"slices"
	"strings"
)

// expression is what an expression of PromQL names, read without its grammar: enough for those that stand here.
type expression struct {
	metrics []string
	// labels are those of aggregations and joins, and those that label_replace reads; made are those that it makes.
	labels, made []string
	// own are the labels that one metric must have itself.
	own []ownLabel
}

type ownLabel struct{ metric, label string }

// literal is a string of PromQL in double quotes.
const literal = `"(?:[^"\\]|\\.)*"`

var (
	selector = regexp.MustCompile(`([a-zA-Z_:][\w:]*)?\{((?:[^"}]|` + literal + `)*)\}`)
	matcher  = regexp.MustCompile(`(\w+)\s*(?:=~|!~|!=|=)\s*` + literal)
	replaced = regexp.MustCompile(`"(\w+)", "\$1", "(\w+)"`)
	quoted   = regexp.MustCompile(literal)
	grouped  = regexp.MustCompile(`\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)`)
	// alone is an aggregation of nothing but one metric; joined, a join whose right side is, or begins with, a metric.
	alone  = regexp.MustCompile(`\b(?:by|without)\s*\(([^)]*)\)\s*\(\s*([a-zA-Z_:][\w:]*)(?: == \d+)?\s*\)`)
	joined = regexp.MustCompile(`\bon\s*\(([^)]*)\)\s*(?:group_left\s*\(([^)]*)\)|group_right\s*\([^)]*\))?\s*([a-zA-Z_:][\w:]*)`)
	word   = regexp.MustCompile(`\b[a-zA-Z_][\w:]*\b *\(?`)
)

func parse(expr string) expression {
	var e expression
	for _, match := range selector.FindAllStringSubmatch(expr, -1) {
		if match[1] == "" {
			e.metrics = append(e.metrics, match[0])
		}
		e.own = append(e.own, ownLabels(match[1], labelNames(match[2]))...)
	}
	for _, match := range replaced.FindAllStringSubmatch(expr, -1) {
		e.made, e.labels = append(e.made, match[1]), append(e.labels, match[2])
	}
	expr = quoted.ReplaceAllString(selector.ReplaceAllString(expr, "$1"), "")
	for _, match := range grouped.FindAllStringSubmatch(expr, -1) {
		e.labels = append(e.labels, list(match[1])...)
	}
	for _, match := range alone.FindAllStringSubmatch(expr, -1) {
		e.own = append(e.own, ownLabels(match[2], list(match[1]))...)
	}
	for _, match := range joined.FindAllStringSubmatch(expr, -1) {
		e.own = append(e.own, ownLabels(match[3], append(list(match[1]), list(match[2])...))...)
	}
	operators := strings.Fields("and or unless bool offset")
	for _, name := range word.FindAllString(grouped.ReplaceAllString(expr, ""), -1) {
		if name = strings.TrimSpace(name); !strings.HasSuffix(name, "(") && !slices.Contains(operators, name) {
			e.metrics = append(e.metrics, name)
		}
	}
	return e
}

func ownLabels(metric string, labels []string) []ownLabel {
	var all []ownLabel
	for _, label := range labels {
		all = append(all, ownLabel{metric, label})
	}
	return all
}

// labelNames are the labels of a selector, or of a sample as promtool writes it.
func labelNames(series string) []string {
	var all []string
	for _, match := range matcher.FindAllStringSubmatch(series, -1) {
		all = append(all, match[1])
	}
	return all
}

// list are the names between parentheses.
func list(names string) []string {
	return strings.FieldsFunc(names, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' })
}
