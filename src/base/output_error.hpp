// SPDX-License-Identifier: Apache-2.0
// The error of a result that cannot be written (include/sinew/output_error.hpp).
#pragma once

#include <sinew/output_error.hpp>
