// Why: no notary of the era is served as a module. One file of the client imports it, the
// content-trust code; this stand-in has just the names that file uses.
module github.com/docker/notary

go 1.19
