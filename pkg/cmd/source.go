package cmd

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"k8s.io/client-go/kubernetes"

	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect"
	"github.com/kubectl-localpv/kubectl-localpv/pkg/inspect/collect"
)

// source is where a read command gets its objects: a cluster, or the files of --from.
type source struct {
	app  *app
	from []string
}

func (s *source) addFlags(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&s.from, "from", "", nil,
		"Read objects from this `file`, directory or - (standard input), as kubectl get -o json|yaml prints them, instead of a cluster. May be repeated.")
}

// offline reports whether files are read. No kubeconfig is touched then.
func (s *source) offline() bool { return len(s.from) > 0 }

// clusterOnly are the flags that say how to reach a cluster. The namespace is not one of them: it also filters.
func clusterOnly() []string {
	return []string{"as", "as-group", "as-uid", "as-user-extra", "certificate-authority", "client-certificate", "client-key",
		"cluster", "context", "disable-compression", "insecure-skip-tls-verify", "kubeconfig", "request-timeout", "server",
		"tls-server-name", "token", "user"}
}

// validate refuses flags that say how to reach a cluster when none is.
func (s *source) validate(cmd *cobra.Command) error {
	if !s.offline() {
		return nil
	}
	if slices.Contains(s.from, "") {
		return usagef("--from needs the name of a file or directory, or - for standard input")
	}
	for _, name := range clusterOnly() {
		if f := cmd.Flags().Lookup(name); f != nil && f.Changed {
			return usagef("--from reads files and --%s is for a cluster: give one of them", name)
		}
	}
	return nil
}

// load reads what the command needs.
func (s *source) load(ctx context.Context, opts collect.Options) (*inspect.Snapshot, error) {
	if opts.Note == nil {
		opts.Note = func(line string) { s.app.note("note: %s", line) }
	}
	if s.offline() {
		return collect.Files(ctx, s.app.now, s.from, s.app.streams.In, opts)
	}
	client, err := s.app.client()
	if err != nil {
		return nil, err
	}
	snapshot, err := collect.Live(ctx, client, s.app.now, opts)
	if err != nil {
		return nil, err
	}
	s.app.noteMissing(snapshot)
	return snapshot, nil
}

// watchClient returns a client whose requests may last: a watch has no end, and --request-timeout is for what has.
func (s *source) watchClient() (kubernetes.Interface, error) {
	config, err := s.app.restConfig()
	if err != nil {
		return nil, err
	}
	if config.Timeout != 0 {
		config.Timeout = 0
		config.Wrap(responseHeaderTimeout(silenceLimit))
	}
	return s.app.newClient(config)
}

// where names the source, for messages.
func (s *source) where() string {
	if s.offline() {
		return strings.Join(s.from, ", ")
	}
	return "the cluster"
}
