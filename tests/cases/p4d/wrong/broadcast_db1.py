import torch
torch.manual_seed(314)

N_HIDDEN = 7

def relu_net(x, theta):
    W1, b1, W2, b2 = theta
    z1 = W1 @ x.view(1, 1) + b1.view(-1, 1)
    h1 = z1.clamp_min(0.0)
    return (W2 @ h1).squeeze() + b2 + x, z1, h1

theta = [torch.randn(N_HIDDEN, 1), torch.randn(N_HIDDEN), torch.randn(1, N_HIDDEN), torch.randn(())]
for t in theta:
    t.requires_grad = True
x = torch.randn((), requires_grad=True)
target = torch.randn(())

out, z1, h1 = relu_net(x, theta)
loss = 0.5 * (out - target).square()
loss.backward()

W1, b1, W2, b2 = [t.detach() for t in theta]
z1, h1, e = z1.detach(), h1.detach(), (out - target).detach()
step = (z1 > 0).float()

d_b2 = e
d_W2 = e * h1.t()
d_W1 = (W2.t() * e * step) @ x.detach().view(1, 1)
d_b1 = (W2.t() * e) * step.flatten()          # no x here, dz/db = 1
d_x = e + e * torch.sum(W2.t() * step * W1)

manual = {"W1": d_W1, "b1": d_b1, "W2": d_W2, "b2": d_b2, "x": d_x}
auto = {"W1": theta[0].grad, "b1": theta[1].grad, "W2": theta[2].grad, "b2": theta[3].grad, "x": x.grad}

print("| grad | sum manual | sum autograd | max abs diff |")
print("|------|-----------:|-------------:|-------------:|")
for k in manual:
    print("| {} | {:.5f} | {:.5f} | {:.2e} |".format(k, manual[k].sum().item(), auto[k].sum().item(), (manual[k] - auto[k]).abs().max().item()))
