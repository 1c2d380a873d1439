// SPDX-License-Identifier: Apache-2.0
// libcurl's handles with owners.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <new>

namespace wire {

struct EasyCleanup {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct MultiCleanup {
  void operator()(CURLM* multi) const noexcept { curl_multi_cleanup(multi); }
};
struct ListCleanup {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

using CurlEasy = std::unique_ptr<CURL, EasyCleanup>;
using CurlMulti = std::unique_ptr<CURLM, MultiCleanup>;
using CurlList = std::unique_ptr<curl_slist, ListCleanup>;

inline CurlEasy new_easy() {
  CurlEasy easy(curl_easy_init());
  if (!easy) throw std::bad_alloc{};
  return easy;
}

inline void append(CurlList& list, const char* text) {
  curl_slist* longer = curl_slist_append(list.get(), text);
  if (longer == nullptr) throw std::bad_alloc{};
  (void)list.release();  // its head is longer's head now
  list.reset(longer);
}

}  // namespace wire
