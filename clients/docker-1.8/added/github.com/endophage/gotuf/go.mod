// Why: no gotuf of the era is served as a module. The client's content-trust code, which
// does nothing here, names one type of it.
module github.com/endophage/gotuf

go 1.19
