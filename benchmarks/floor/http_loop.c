// The floor under requests: COUNT times GET of URL on one libcurl handle, which
// keeps its connection.
#include <curl/curl.h>
#include <stdlib.h>

static size_t Ignore(char* data, size_t size, size_t count, void* unused) {
  (void)data;
  (void)unused;
  return size * count;
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL* curl = curl_easy_init();
  curl_easy_setopt(curl, CURLOPT_URL, argv[2]);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, Ignore);
  for (long left = atol(argv[1]); left > 0; --left) {
    long status = 0;
    if (curl_easy_perform(curl) != CURLE_OK) return 1;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) return 1;
  }
  curl_easy_cleanup(curl);
  curl_global_cleanup();
  return 0;
}
