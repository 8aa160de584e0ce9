package main

import (
	"fmt"
	"strings"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd"
)

// notice stands in every page, for those who would edit it.
const notice = "Written by `make generate` from the live commands. To change it, change the help in pkg/cmd."

// fileName is the name of a page without its ending: kubectl-localpv-ls.
func fileName(p cmd.ManualPage) string { return strings.ReplaceAll(p.Command, " ", "-") }

// index lists the pages as the help does.
func index(manual []cmd.ManualPage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Reference\n\n<!-- %s -->\n", notice)
	group := "-"
	for _, p := range manual {
		if p.Group != group {
			group = p.Group
			if group != "" {
				fmt.Fprintf(&b, "\n## %s\n", group)
			}
			b.WriteString("\n| | |\n|---|---|\n")
		}
		fmt.Fprintf(&b, "| [%s](%s.md) | %s |\n", p.Command, fileName(p), p.Short)
	}
	return b.String()
}

// markdown is the reference page of a command.
func markdown(p cmd.ManualPage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n<!-- %s -->\n\n%s.\n", p.Command, notice, strings.TrimSuffix(p.Short, "."))
	code := func(title, language, text string) {
		if text != "" {
			fmt.Fprintf(&b, "\n## %s\n\n```%s\n%s\n```\n", title, language, text)
		}
	}
	code("Usage", "text", p.Usage)
	b.WriteString("\n## Description\n")
	for paragraph := range strings.SplitSeq(p.Long, "\n\n") {
		if indented(paragraph) {
			paragraph = "```text\n" + paragraph + "\n```"
		}
		fmt.Fprintf(&b, "\n%s\n", paragraph)
	}
	code("Examples", "sh", p.Example)
	code("Options", "text", p.Options)
	code("Permissions", "text", p.Permissions)
	code("Exit codes", "text", p.ExitCodes)
	b.WriteString("\n[All commands](README.md)\n")
	return b.String()
}

// indented reports whether a paragraph is laid out by hand.
func indented(paragraph string) bool {
	return strings.HasPrefix(paragraph, " ") || strings.Contains(paragraph, "\n ")
}
