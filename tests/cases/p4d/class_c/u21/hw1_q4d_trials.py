import torch

def one_trial(h):
    x = torch.randn(1, 1, requires_grad=True)
    y = torch.randn(1, 1)
    W1 = torch.randn(h, 1, requires_grad=True)
    b1 = torch.randn(h, 1, requires_grad=True)
    W2 = torch.randn(1, h, requires_grad=True)
    b2 = torch.randn(1, 1, requires_grad=True)

    z1 = W1 @ x + b1
    a1 = torch.relu(z1)
    y_hat = W2 @ a1 + b2 + x
    loss = (y_hat - y).square().mean() / 2
    loss.backward()

    # gradients from 4(b)
    e = (y_hat - y).detach()
    gate = torch.sign(a1.detach())
    back = W2.detach().t() * e * gate
    manual = {
        'db2': e,
        'dW2': e * a1.detach().t(),
        'dW1': back * x.detach(),
        'db1': back,
        'dx': e * (1 + torch.sum(W2.detach().t() * gate * W1.detach())),
    }
    auto = {'db2': b2.grad, 'dW2': W2.grad, 'dW1': W1.grad, 'db1': b1.grad, 'dx': x.grad}
    return {k: (manual[k] - auto[k]).abs().max().item() for k in manual}


torch.manual_seed(0)
worst = {}
for trial in range(100):
    h = int(torch.randint(1, 30, (1,)))
    for k, v in one_trial(h).items():
        worst[k] = max(worst.get(k, 0.0), v)

print("Largest absolute difference over 100 random networks:")
for k, v in worst.items():
    print(f"   {k}: {v:.2e}")
