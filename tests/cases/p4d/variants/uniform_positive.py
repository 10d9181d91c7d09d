import torch
from torch import rand

torch.manual_seed(5)
n = 6
W_hid, b_hid = torch.empty(n).uniform_(), torch.empty(n).uniform_()
W_out, b_out = torch.rand_like(rand(n)), rand(1)
inp, target = rand(1), rand(1)
leaves = [t.requires_grad_() for t in (W_hid, b_hid, W_out, b_out, inp)]

pre = W_hid * inp + b_hid
post = torch.relu(pre)
pred = (W_out * post).sum() + b_out + inp
loss = 0.5 * (pred - target) ** 2
loss.backward()

err = (pred - target).detach()
delta = (err * W_out * torch.sign(post)).detach()
hand = [delta * inp.detach(), delta, err * post.detach(), err, err + (delta * W_hid.detach()).sum()]
for name, g, leaf in zip(["W_hid", "b_hid", "W_out", "b_out", "inp"], hand, leaves):
    print(f"{name:6}", "ok" if torch.allclose(g, leaf.grad, atol=1e-6) else "different")
