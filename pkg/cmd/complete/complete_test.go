package complete

import (
	"slices"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestWhatIsOffered(t *testing.T) {
	colors := Words("red", "green", "grey")
	for _, tc := range []struct {
		name, typed string
		complete    Func
		args        []string
		want        []string
		space       bool
	}{
		{name: "words", typed: "gr", complete: colors, want: []string{"green", "grey"}, space: true},
		{name: "the last of a list, and none twice", typed: "grey,gr", complete: List(colors), want: []string{"grey,green"}, space: true},
		{name: "no argument twice", complete: Many(colors), args: []string{"red"}, want: []string{"green", "grey"}, space: true},
		{name: "the first argument", typed: "r", complete: One(colors), want: []string{"red"}, space: true},
		{name: "no second argument", typed: "r", complete: One(colors), args: []string{"grey"}, space: true},
		{name: "a template is not finished", typed: "jsonpath=", complete: FormatsAndTemplates("json"), want: []string{"jsonpath="}},
		{name: "one of two is finished", typed: "json", complete: Formats("json", "jsonpath="), want: []string{"json", "jsonpath="}, space: true},
	} {
		got, directive := tc.complete(nil, tc.args, tc.typed)
		if !slices.Equal(got, tc.want) || directive&cobra.ShellCompDirectiveNoFileComp == 0 || directive&cobra.ShellCompDirectiveNoSpace == 0 != tc.space {
			t.Errorf("%s: offers %q, directive %b", tc.name, got, directive)
		}
	}
}

func TestByShell(t *testing.T) {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.Bool("all", false, "")
	flags.String("file", "", "")
	flags.String("node", "", "")
	if err := cobra.MarkFlagFilename(flags, "file"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"all": true, "file": true, "node": false} {
		if got := ByShell(flags.Lookup(name)); got != want {
			t.Errorf("--%s: %t", name, got)
		}
	}
}
