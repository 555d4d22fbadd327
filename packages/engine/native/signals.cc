// Compiled into tfjs-node's addon. oneDNN up to 3.11, which TensorFlow 2.21 contains, multiplies matrices on x64 with the stack
// pointer in a heap buffer (https://github.com/uxlfoundation/oneDNN/issues/4845): a signal handler that runs meanwhile, for Ctrl-C
// or a resized terminal, overwrites the heap. So the thread that loads the addon, and TensorFlow's, which it starts later, block
// what a process is sent, and a thread that computes nothing stands ready to receive it.
#if defined(__x86_64__) && defined(__linux__)

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <initializer_list>

namespace {

void* receive(void*) {
  for (;;) pause();
}

__attribute__((constructor)) void keep_signals_off_this_thread() {
  pthread_t receiver;
  if (pthread_create(&receiver, nullptr, receive, nullptr) != 0) return;
  pthread_detach(receiver);
  sigset_t sent;
  sigfillset(&sent);
  // These a thread causes itself.
  for (int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) sigdelset(&sent, own);
  pthread_sigmask(SIG_BLOCK, &sent, nullptr);
}

}  // namespace

#endif
