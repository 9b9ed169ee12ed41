// SPDX-License-Identifier: Apache-2.0
// sinew as a library: exact answers about neural networks.
#pragma once

#include <sinew/binarized.hpp>
#include <sinew/certify.hpp>
#include <sinew/error.hpp>
#include <sinew/explain.hpp>
#include <sinew/expression.hpp>
#include <sinew/model.hpp>
#include <sinew/network.hpp>
#include <sinew/number.hpp>
#include <sinew/output_error.hpp>
#include <sinew/query.hpp>
#include <sinew/solution.hpp>
#include <sinew/substitution.hpp>
#include <sinew/training.hpp>

/// All that the library offers.
namespace sinew {}
