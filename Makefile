# What is worth typing; each target is a script of its own in scripts/.
SEED ?=
DISTURBANCES ?= 300
MODE ?= route
# Where make install puts things; scripts/install has more.
PREFIX ?= /usr/local
DESTDIR ?=
SEALCTL ?= yes

.PHONY: help build demo examples docs test chaos attack check bench release image install uninstall man deb clean

help:
	@echo 'make demo      a real kernel balances over three servers, loses one gracefully and takes it back'
	@echo 'make examples  the programs of Examples/ on a real kernel'
	@echo 'make docs      .build/documentation: LVSCare.doccarchive, IPVS.doccarchive'
	@echo 'make build     build for debugging: .build/debug/lvscare'
	@echo 'make test      all tests: on this machine, on a kernel with IPVS, on one without, manifests, the demo, examples,'
	@echo '               packages, the image, chaos'
	@echo 'make chaos     random disturbances under traffic; SEED=N DISTURBANCES=300 MODE=route|link|link-nftables FILE=yes'
	@echo 'make attack    damaged inputs, floods, wrong invocations: the long form of what make test has'
	@echo 'make check     format, lint, scripts'
	@echo 'make release   dist/lvscare: static, stripped, for any Linux of this architecture; dist/sealctl'
	@echo 'make install   dist/lvscare with manual pages, completions, a systemd unit; PREFIX=/usr/local DESTDIR= SEALCTL=yes'
	@echo 'make uninstall take that away again; settings that were changed stay'
	@echo 'make man       dist/man: the manual pages'
	@echo 'make deb       dist/lvscare_VERSION_ARCHITECTURE.deb'
	@echo 'make image     dist/lvscare-image-ARCHITECTURE.tar: a container image of nothing but that file'
	@echo 'make bench     weight and speed against peers, on the same kernel in the same run'
	@echo 'make clean     remove what was built'

build:
	scripts/packages build
	swift build

examples:
	scripts/examples

docs:
	scripts/docs

demo:
	scripts/demo

test:
	scripts/test

chaos:
	scripts/chaos $(if $(SEED),--seed $(SEED)) --disturbances $(DISTURBANCES) --mode $(MODE) $(if $(FILE),--file)

attack:
	scripts/attack

check:
	scripts/check

release:
	scripts/release

image: release
	scripts/image

# They take the program that make release built.
export PREFIX DESTDIR SEALCTL
install:
	scripts/install

uninstall:
	scripts/install --uninstall

man:
	scripts/man

deb:
	scripts/deb

bench:
	scripts/bench

clean:
	rm -rf .build .build-release .build-bench Examples/.build dist
