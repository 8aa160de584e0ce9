package byhand

import (
	"errors"
	"testing"

	"github.com/spf13/cobra"
)

func TestRun(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		code int
	}{
		"done": {[]string{"work"}, 0}, "failed": {[]string{"break"}, 1}, "nothing to do": {nil, 2}, "an argument too many": {[]string{"work", "more"}, 2},
		"an unknown flag": {[]string{"work", "--fast"}, 2}, "an unknown command": {[]string{"sleep"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			root := Root("program", "It works", "work, break")
			root.AddCommand(
				&cobra.Command{Use: "work", Args: Usage(cobra.NoArgs), RunE: func(*cobra.Command, []string) error { return nil }},
				&cobra.Command{Use: "break", RunE: func(*cobra.Command, []string) error { return errors.New("broken") }},
			)
			if code := Run(t.Context(), root, test.args); code != test.code {
				t.Errorf("the exit code is %d, want %d", code, test.code)
			}
		})
	}
}
