package controlplane

import (
	"crypto/rand"
	"fmt"
	"os"
	"strings"

	"k8s.io/client-go/rest"
)

// identity is a user whom the API server knows by a token from its start on. It checks the signature of a client certificate again with
// every request, which is a twelfth of all its work; a token is looked up.
type identity struct {
	user, token string
	groups      []string
}

// tokensFile is where the API server reads the tokens, beside the keys.
const tokensFile = "tokens.csv"

// administrator may do everything.
const administrator = "admin"

// identities are those of the administrator and of the components, with new tokens.
func identities() []identity {
	all := []identity{{user: administrator, groups: []string{"system:masters"}, token: rand.Text()}}
	for _, c := range components() {
		all = append(all, identity{user: c.user, groups: c.groups, token: rand.Text()})
	}
	return all
}

// writeTokens writes identities to a file as kube-apiserver reads it (--token-auth-file).
func writeTokens(path string, all []identity) error {
	var b strings.Builder
	for _, id := range all {
		fmt.Fprintf(&b, "%s,%s,%s,%q\n", id.token, id.user, id.user, strings.Join(id.groups, ","))
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("write the tokens of the components: %w", err)
	}
	return nil
}

// configOf is a connection with the token of a user.
func (cp *ControlPlane) configOf(user string) (*rest.Config, error) {
	for _, id := range cp.identities {
		if id.user == user {
			serving := &cp.plane.APIServer.SecureServing
			return &rest.Config{
				Host: serving.URL("https", "/").String(), TLSClientConfig: rest.TLSClientConfig{CAData: serving.CA},
				BearerToken: id.token, QPS: 1000, Burst: 2000,
			}, nil
		}
	}
	return nil, fmt.Errorf("no token for the user %s", user)
}
