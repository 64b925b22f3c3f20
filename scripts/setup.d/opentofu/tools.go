//go:build tools

// Package tools names the command that set-up builds, so that go.mod and go.sum pin all of it.
package tools

import _ "github.com/opentofu/opentofu/cmd/tofu"
