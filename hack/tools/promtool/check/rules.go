package main

import (
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// labelOf is how a template names a label of its alert.
var labelOf = regexp.MustCompile(`\$labels\.(\w+)`)

// checkRules checks a file of rules and adds what it records to the catalog. It returns what is wrong and how many rules
// there are.
func checkRules(c *catalog, file string) ([]string, int, error) {
	groups, errs := rulefmt.ParseFile(file, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	if len(errs) > 0 {
		return nil, 0, errs[0]
	}
	var findings []string
	n := 0
	for _, group := range groups.Groups {
		for _, rule := range group.Rules {
			n++
			found, err := checkRule(c, rule)
			if err != nil {
				return nil, 0, err
			}
			for _, f := range found {
				findings = append(findings, fmt.Sprintf("rules.yaml: %s%s: %s", rule.Record, rule.Alert, f))
			}
		}
	}
	return findings, n, nil
}

func checkRule(c *catalog, rule rulefmt.Rule) ([]string, error) {
	expr, err := parse(rule.Expr)
	if err != nil {
		return nil, fmt.Errorf("%s%s: %w", rule.Record, rule.Alert, err)
	}
	if rule.Record != "" {
		c.recorded[rule.Record] = labelSet{open: true} // a rule may use its own past
	}
	i := &inference{catalog: c}
	set := i.of(expr).with(slices.Sorted(maps.Keys(rule.Labels))...)
	if rule.Record != "" {
		c.recorded[rule.Record] = set
		return i.findings, nil
	}
	for _, name := range []string{"summary", "description", "runbook"} {
		if rule.Annotations[name] == "" {
			i.note("there is no %s", name)
		}
	}
	if !strings.Contains(rule.Annotations["runbook"], "kubectl localpv ") {
		i.note("the runbook names no command")
	}
	if rule.Labels["severity"] == "" {
		i.note("there is no severity")
	}
	for _, name := range slices.Sorted(maps.Keys(rule.Annotations)) {
		for _, match := range labelOf.FindAllStringSubmatch(rule.Annotations[name], -1) {
			if !set.has(match[1]) {
				i.note("%s uses the label %s, which the alert does not have: it has %s", name, match[1], set)
			}
		}
	}
	return i.findings, nil
}
