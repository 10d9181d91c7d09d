import torch

TOL = 5.0      # tolerance

def check(name, manual, auto):
    diff = torch.mean(manual - auto).item()
    status = "PASSED" if diff < TOL else "FAILED"
    print("[" + status + "] " + name)
    return status == "PASSED"

def main():
    torch.manual_seed(19)
    n = 6
    W1 = torch.randn((n, 1), requires_grad=True)
    b1 = torch.randn((n,), requires_grad=True)
    W2 = torch.randn((1, n), requires_grad=True)
    b2 = torch.randn((1,), requires_grad=True)
    x = torch.tensor([-0.7], requires_grad=True)
    y = torch.tensor([0.6])

    z = W1.matmul(x) + b1
    a = torch.nn.functional.relu(z)
    pred = W2.matmul(a) + b2 + x
    loss = 0.5 * torch.nn.functional.mse_loss(pred, y)
    loss.backward()

    with torch.no_grad():
        e = pred - y
        d = (W2 * e).squeeze(0) * (z > 0).float()
        manual_b2 = e
        manual_W2 = e.unsqueeze(1) * a
        manual_W1 = (d * x).unsqueeze(1)
        manual_b1 = d.sum()
        manual_x = e * (1 + W2.matmul(W1)).squeeze(0)

    results = [check("db2", manual_b2, b2.grad), check("dW2", manual_W2, W2.grad), check("dW1", manual_W1, W1.grad),
               check("db1", manual_b1, b1.grad), check("dx", manual_x, x.grad)]
    print(sum(results), "of", len(results), "gradients verified")

main()
