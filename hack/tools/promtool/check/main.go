// Command check holds the rules and the dashboard of deploy/monitoring against what their metrics really have: every
// expression has to parse, and every metric and label in it, those of joins and of annotations included, has to be one that
// metrics.yaml lists or a rule records.
//
//	go run ./check ../../../deploy/monitoring
package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run returns the exit code: 0 all is well, 1 findings or unreadable files, 2 misuse.
func run(args []string, out, errOut io.Writer) int {
	if len(args) != 1 {
		fmt.Fprintln(errOut, "error: name the directory with metrics.yaml, rules.yaml and dashboard.json")
		return 2
	}
	c, err := readCatalog(filepath.Join(args[0], "metrics.yaml"))
	if err != nil {
		fmt.Fprintln(errOut, "error:", err)
		return 1
	}
	findings, rules, err := checkRules(c, filepath.Join(args[0], "rules.yaml"))
	if err != nil {
		fmt.Fprintln(errOut, "error:", err)
		return 1
	}
	more, queries, err := checkDashboard(c, filepath.Join(args[0], "dashboard.json"))
	if err != nil {
		fmt.Fprintln(errOut, "error:", err)
		return 1
	}
	findings = append(findings, more...)
	findings = append(findings, c.unused()...)
	for _, f := range findings {
		fmt.Fprintln(errOut, f)
	}
	if len(findings) > 0 {
		return 1
	}
	fmt.Fprintf(out, "%d rules and %d queries of the dashboard use %d metrics, all of them and their labels real: %s\n",
		rules, queries, len(c.used), strings.Join(sorted(c.used), ", "))
	return 0
}
