package cli

import (
	"net/url"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/cmd/output/phrase"
)

// ConnectionFlags are the flags that choose a cluster and an identity there. The namespace is not one of them: the commands name it
// already. Nor is a token: what is printed ends in logs.
func ConnectionFlags() []string {
	return slices.DeleteFunc(clusterOnly(), func(name string) bool {
		return name == "token" || name == "request-timeout" || name == "disable-compression"
	})
}

// Connection is the connection as typed.
func Connection(cmd *cobra.Command) phrase.Connection {
	var c phrase.Connection
	cmd.Flags().Visit(func(f *pflag.Flag) {
		switch {
		case slices.Contains(ConnectionFlags(), f.Name):
			c.Flags = append(c.Flags, flagWords(f)...)
		case f.Name == "from":
			c.From = append(c.From, flagWords(f)...)
		}
	})
	return c
}

// flagWords are a flag and its values as a shell wants them.
func flagWords(f *pflag.Flag) []string {
	if f.Value.Type() == "bool" {
		return []string{"--" + f.Name + "=" + f.Value.String()}
	}
	values := []string{f.Value.String()}
	if many, ok := f.Value.(pflag.SliceValue); ok {
		values = many.GetSlice()
	}
	var words []string
	for _, value := range values {
		if f.Name == "server" {
			value = withoutPassword(value)
		}
		words = append(words, "--"+f.Name, phrase.Quoted(value))
	}
	return words
}

// withoutPassword hides the password that the address of a server may hold.
func withoutPassword(server string) string {
	u, err := url.Parse(server)
	if err != nil || u.User == nil {
		return server
	}
	return u.Redacted()
}
