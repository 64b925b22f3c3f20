module tunnelwright.invalid/setup/go

go 1.19

require golang.org/toolchain v0.0.1-go1.25.8.linux-amd64
