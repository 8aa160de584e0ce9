package docs

import (
	"os"
	"regexp"
	"testing"

	"github.com/kubectl-localpv/kubectl-localpv/deploy/rbac"
)

// TestUsersAreTold wants every command that needs permissions on the pages that are read before it is used.
func TestUsersAreTold(t *testing.T) {
	roles, err := rbac.Roles()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"../README.md", "../README.zh-CN.md", "../CHANGELOG.md", "../SECURITY.md"} {
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, role := range roles {
			if !regexp.MustCompile("(`|localpv )" + role.Command + `\b`).Match(page) {
				t.Errorf("%s does not name `%s`", path, role.Command)
			}
		}
	}
}
