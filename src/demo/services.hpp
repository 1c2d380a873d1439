// SPDX-License-Identifier: Apache-2.0
// How each service of the reference provider is started.
#pragma once

#include <memory>

#include "demo/provider.hpp"

namespace demo {

base::Result<std::unique_ptr<Provider>> start_gp_connect(const ProviderOptions& options);
base::Result<std::unique_ptr<Provider>> start_nrl(const ProviderOptions& options);

}  // namespace demo
