package cli

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

// Source is where a command gets its objects: a cluster, or the files of --from.
type Source struct {
	App  *App
	From []string
}

// AddFlags adds the flag that names files.
func (s *Source) AddFlags(flags *pflag.FlagSet) {
	flags.StringArrayVarP(&s.From, "from", "", nil,
		"Read objects from this `file`, directory or - (standard input), as kubectl get -o json|yaml prints them, instead of a cluster. May be repeated.")
	_ = cobra.MarkFlagFilename(flags, "from") // fails for flags that do not exist
}

// Offline reports whether files are read. No kubeconfig is touched then.
func (s *Source) Offline() bool { return len(s.From) > 0 }

// clusterOnly are the flags that say how to reach a cluster. The namespace is not one of them: it also filters.
func clusterOnly() []string {
	return []string{"as", "as-group", "as-uid", "as-user-extra", "certificate-authority", "client-certificate", "client-key",
		"cluster", "context", "disable-compression", "insecure-skip-tls-verify", "kubeconfig", "request-timeout", "server",
		"tls-server-name", "token", "user"}
}

// Validate refuses flags that say how to reach a cluster when none is.
func (s *Source) Validate(cmd *cobra.Command) error {
	if !s.Offline() {
		return nil
	}
	if slices.Contains(s.From, "") {
		return Usagef("--from needs the name of a file or directory, or - for standard input")
	}
	for _, name := range clusterOnly() {
		if f := cmd.Flags().Lookup(name); f != nil && f.Changed {
			return Usagef("--from reads files and --%s is for a cluster: give one of them", name)
		}
	}
	return nil
}

// Load reads what the command needs.
func (s *Source) Load(ctx context.Context, opts collect.Options) (*inspect.Snapshot, error) {
	if opts.Note == nil {
		opts.Note = func(line string) { s.App.Note("note: %s", line) }
	}
	if s.Offline() {
		return collect.Files(ctx, s.App.Now, s.From, s.App.Streams.In, opts)
	}
	client, err := s.App.Client()
	if err != nil {
		return nil, err
	}
	snapshot, err := collect.Live(ctx, client, s.App.Now, opts)
	if err != nil {
		return nil, err
	}
	s.App.noteMissing(snapshot)
	return snapshot, nil
}

// WatchClient returns a client whose requests may last: a watch has no end, and --request-timeout is for what has.
func (s *Source) WatchClient() (kubernetes.Interface, error) {
	config, err := s.App.RestConfig()
	if err != nil {
		return nil, err
	}
	if config.Timeout != 0 {
		config.Timeout = 0
		config.Wrap(responseHeaderTimeout(silenceLimit))
	}
	return s.App.NewClient(config)
}

// Where names the source, for messages.
func (s *Source) Where() string {
	if s.Offline() {
		return strings.Join(s.From, ", ")
	}
	return "the cluster"
}
