# What is worth typing; each target is a script of its own in scripts/.
SEED ?=
DISTURBANCES ?= 300
MODE ?= route

.PHONY: help build demo test chaos check bench release image clean

help:
	@echo 'make demo      a real kernel balances over three servers, loses one gracefully and takes it back'
	@echo 'make build     build for debugging: .build/debug/lvscare'
	@echo 'make test      all tests: on this machine, on a kernel with IPVS, on one without, the demo, chaos, the image'
	@echo 'make chaos     random disturbances under traffic; SEED=N DISTURBANCES=300 MODE=route|link|link-nftables'
	@echo 'make check     format, lint, scripts'
	@echo 'make release   dist/lvscare: static, stripped, for any Linux of this architecture'
	@echo 'make image     dist/lvscare-image-ARCHITECTURE.tar: a container image of nothing but that file'
	@echo 'make bench     weight and speed against peers, on the same kernel in the same run'
	@echo 'make clean     remove what was built'

build:
	scripts/packages build
	swift build

demo:
	scripts/demo

test:
	scripts/test

chaos:
	scripts/chaos $(if $(SEED),--seed $(SEED)) --disturbances $(DISTURBANCES) --mode $(MODE)

check:
	scripts/check

release:
	scripts/release

image: release
	scripts/image

bench:
	scripts/bench

clean:
	rm -rf .build .build-release .build-bench dist
