package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/inventory"
)

// completer returns what a half-typed word can become, as cobra wants it: candidates, each with a description behind
// a tab if there is one, and what the shell shall do with them.
type completer = cobra.CompletionFunc

// addCompletion says for every command and flag below root what the shell offers. What is not known here is completed
// with nothing: file names, which shells offer otherwise, belong to few flags.
func addCompletion(a *app, root *cobra.Command) {
	names := &nameLister{app: a}
	arguments, flags := argumentCompleters(names), flagCompleters(names)
	root.InitDefaultHelpCmd() // else it is added later, and forgotten here
	for _, c := range append(root.Commands(), root) {
		if c.ValidArgsFunction = arguments[c.Name()]; c.ValidArgsFunction == nil {
			c.ValidArgsFunction = cobra.NoFileCompletions
		}
		for _, set := range []*pflag.FlagSet{c.LocalNonPersistentFlags(), c.PersistentFlags()} {
			set.VisitAll(func(f *pflag.Flag) { completeFlag(c, f, flags) })
		}
	}
	root.ValidArgsFunction = nil // subcommands, which cobra offers by itself
}

// argumentCompleters are by the name of the command.
func argumentCompleters(names *nameLister) map[string]completer {
	return map[string]completer{
		"ls":          many(names.nodes(anyStatus)),
		"why-pending": names.pendingTargets,
		"release":     many(names.releasable),
		"reclaim":     many(names.volumes("Released", "Failed")),
		"reattach":    one(names.volumes("Released")),
		"recover":     many(names.nodes(silentNode)),
		"drain":       one(names.nodes(answeringNode)),
		"completion":  one(words(completionTargets()...)),
		"help":        one(commandNames),
		authName:      many(authTargets),
	}
}

// flagCompleters are by the name of the flag, which means the same in every command that has it.
func flagCompleters(names *nameLister) map[string]completer {
	return map[string]completer{
		"accept-data-loss": names.claims("Bound"),
		"claim":            names.claims("Pending"),
		"class":            list(names.of(storageClasses())),
		"color":            words(string(output.ColorAuto), string(output.ColorAlways), string(output.ColorNever)),
		"context":          names.contexts,
		"cluster":          names.clusters,
		"for":              names.claims("Pending"),
		"namespace":        names.of(namespaces()),
		"node":             list(names.nodes(anyStatus)),
		"output":           formats,
		"phase":            list(words(texts(inventory.VolumePhases())...)),
		"print-volume":     names.nodes(anyStatus),
		"sort-by":          words(texts(inventory.SortKeys())...),
		"user":             names.users,
		"volume":           list(names.volumes()),
	}
}

// fileFlags take the names of files, which shells complete by themselves.
func fileFlags() []string {
	return []string{"certificate-authority", "client-certificate", "client-key", "from", "kubeconfig"}
}

func completeFlag(c *cobra.Command, f *pflag.Flag, known map[string]completer) {
	complete, ok := known[f.Name]
	switch {
	case slices.Contains(fileFlags(), f.Name), f.Value.Type() == "bool":
		return
	case !ok:
		complete = cobra.NoFileCompletions
	}
	_ = c.RegisterFlagCompletionFunc(f.Name, complete) // fails for flags that do not exist, or have one already
}

// words offers a fixed choice.
func words(choice ...string) completer {
	return func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return beginning(choice, typed), cobra.ShellCompDirectiveNoFileComp
	}
}

// formats are the values of --output, which differ by command.
func formats(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	templates := []string{"jsonpath=", "go-template=", "custom-columns=", "jsonpath-file=", "go-template-file=", "custom-columns-file="}
	choice := []string{"json", "yaml"}
	switch c.Name() {
	case "ls":
		choice = append([]string{"table", "wide", "json", "yaml", "name"}, templates...)
	case "why-pending":
		choice = append([]string{"json", "yaml", "name"}, templates...)
	}
	return unfinished(beginning(choice, typed))
}

// unfinished keeps the shell from adding a space if more has to be typed behind every candidate.
func unfinished(candidates []string) ([]string, cobra.ShellCompDirective) {
	directive := cobra.ShellCompDirectiveNoFileComp
	open := func(c string) bool { return !strings.HasSuffix(c, "/") && !strings.HasSuffix(c, "=") }
	if len(candidates) > 0 && !slices.ContainsFunc(candidates, open) {
		directive |= cobra.ShellCompDirectiveNoSpace
	}
	return candidates, directive
}

// list completes the last item of a list with commas, and does not offer what is in it already.
func list(item completer) completer {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		at := strings.LastIndex(typed, ",") + 1
		before, last := typed[:at], typed[at:]
		candidates, directive := item(c, args, last)
		candidates = without(candidates, strings.Split(before, ","))
		for i := range candidates {
			candidates[i] = before + candidates[i]
		}
		return candidates, directive
	}
}

// many completes arguments and does not offer those that have been typed already.
func many(item completer) completer {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		candidates, directive := item(c, args, typed)
		return without(candidates, args), directive
	}
}

// one completes a single argument.
func one(item completer) completer {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return item(c, args, typed)
	}
}

// commandNames are the subcommands, for help.
func commandNames(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	var choice []string
	for _, sub := range c.Root().Commands() {
		if sub.IsAvailableCommand() {
			choice = append(choice, sub.Name()+"\t"+sub.Short)
		}
	}
	return beginning(choice, typed), cobra.ShellCompDirectiveNoFileComp
}

// beginning are the candidates that begin with what was typed.
func beginning(candidates []string, typed string) []string {
	var out []string
	for _, c := range candidates {
		if strings.HasPrefix(c, typed) {
			out = append(out, c)
		}
	}
	return out
}

// without are the candidates whose words, descriptions aside, are not among those used.
func without(candidates, used []string) []string {
	return slices.DeleteFunc(candidates, func(c string) bool {
		word, _, _ := strings.Cut(c, "\t")
		return slices.Contains(used, word)
	})
}

func texts[T ~string](values []T) []string {
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, string(v))
	}
	return out
}
