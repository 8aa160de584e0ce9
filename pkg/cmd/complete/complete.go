// Package complete is what the shell is offered when somebody presses the tab key: names of objects, which are asked of the API server,
// and fixed words. A command says in its own room which of these belong to its arguments and flags.
package complete

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Func returns what a half-typed word can become, as cobra wants it: candidates, each with a description behind a tab if there is
// one, and what the shell shall do with them. cobra.NoFileCompletions is the one that offers nothing, not even names of files.
type Func = cobra.CompletionFunc

// Flags says what is offered for flags of a command, by their names. All flags that take a value have to be named, but for those that
// take the name of a file.
func Flags(c *cobra.Command, flags map[string]Func) {
	for name, complete := range flags {
		_ = c.RegisterFlagCompletionFunc(name, complete) // fails for flags that do not exist, or have one already
	}
}

// ByShell reports whether the shell has all that there is to offer for a flag: it takes no value, or the name of a file.
func ByShell(f *pflag.Flag) bool {
	_, file := f.Annotations[cobra.BashCompFilenameExt]
	return file || f.Value.Type() == "bool"
}

// Words offers a fixed choice.
func Words[T ~string](choice ...T) Func {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		words := make([]string, 0, len(choice))
		for _, word := range choice {
			words = append(words, string(word))
		}
		return Beginning(words, typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// Formats offers values of --output.
func Formats(formats ...string) Func {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return Unfinished(Beginning(formats, typed))
	}
}

// FormatsAndTemplates offers values of --output, and the beginnings of those that hold a template.
func FormatsAndTemplates(formats ...string) Func {
	return Formats(append(formats, "jsonpath=", "go-template=", "custom-columns=", "jsonpath-file=", "go-template-file=", "custom-columns-file=")...)
}

// Unfinished keeps the shell from adding a space if more has to be typed behind every candidate.
func Unfinished(candidates []string) ([]string, cobra.ShellCompDirective) {
	directive := cobra.ShellCompDirectiveNoFileComp
	open := func(c string) bool { return !strings.HasSuffix(c, "/") && !strings.HasSuffix(c, "=") }
	if len(candidates) > 0 && !slices.ContainsFunc(candidates, open) {
		directive |= cobra.ShellCompDirectiveNoSpace
	}
	return candidates, directive
}

// List completes the last item of a list with commas, and does not offer what is in it already.
func List(item Func) Func {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		at := strings.LastIndex(typed, ",") + 1
		before, last := typed[:at], typed[at:]
		candidates, directive := item(c, args, last)
		return Prefixed(before, Without(candidates, strings.Split(before, ","))), directive
	}
}

// Many completes arguments and does not offer those that have been typed already.
func Many(item Func) Func {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		candidates, directive := item(c, args, typed)
		return Without(candidates, args), directive
	}
}

// One completes a single argument.
func One(item Func) Func {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return item(c, args, typed)
	}
}

// Beginning are the candidates that begin with what was typed.
func Beginning(candidates []string, typed string) []string {
	var out []string
	for _, c := range candidates {
		if strings.HasPrefix(c, typed) {
			out = append(out, c)
		}
	}
	return out
}

// Without are the candidates whose words, descriptions aside, are not among those used.
func Without(candidates, used []string) []string {
	return slices.DeleteFunc(candidates, func(c string) bool {
		word, _, _ := strings.Cut(c, "\t")
		return slices.Contains(used, word)
	})
}

// Prefixed are candidates with a text before each.
func Prefixed(prefix string, candidates []string) []string {
	out := make([]string, 0, len(candidates))
	for _, c := range candidates {
		out = append(out, prefix+c)
	}
	return out
}
