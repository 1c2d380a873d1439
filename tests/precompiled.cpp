// SPDX-License-Identifier: Apache-2.0
// Empty: a target precompiles headers only when a source of its own may use them, and main.cpp,
// which configures Catch2, may not.
