import sys
import torch
from dataclasses import dataclass

# ------------------------------------------------------------------
# CS-GY 6923  HW2  4(d)     struct Params / struct Grads / int main()
# ------------------------------------------------------------------

@dataclass
class Params:
    W1: torch.Tensor;
    b1: torch.Tensor;
    W2: torch.Tensor;
    b2: torch.Tensor;

@dataclass
class Grads:
    W1: torch.Tensor = None;
    b1: torch.Tensor = None;
    W2: torch.Tensor = None;
    b2: torch.Tensor = None;
    x:  torch.Tensor = None;

N_HIDDEN = 4;

def relu(v):
    return v if v > 0 else v*0;

# void forward(const Params& p, double x, vector<double>& z, vector<double>& a, double& yhat)
def forward(p, x, z, a):
    yhat = p.b2 + x;
    for i in range(N_HIDDEN):
        z.append(p.W1[i][0]*x + p.b1[i]);
        a.append(relu(z[i]));
        yhat = yhat + p.W2[0][i]*a[i];
    return yhat;

# void backward(const Params& p, double x, double y, Grads& g)
def backward(p, x, y, g):
    z = []; a = [];
    e = forward(p, x, z, a) - y;
    g.W1 = torch.zeros(N_HIDDEN, 1, dtype=torch.double);
    g.b1 = torch.zeros(N_HIDDEN, dtype=torch.double);
    g.W2 = torch.zeros(1, N_HIDDEN, dtype=torch.double);
    g.b2 = e.clone();
    g.x  = e.clone();
    for i in range(N_HIDDEN):
        g.W2[0][i] = e*a[i];
        if (z[i] <= 0): continue;
        g.b1[i]    = e*p.W2[0][i];
        g.W1[i][0] = g.b1[i]*x;
        g.x       += g.b1[i]*p.W1[i][0];

def main(argc, argv):
    torch.manual_seed(11);
    p = Params(torch.rand(N_HIDDEN,1,dtype=torch.double)*2-1, torch.rand(N_HIDDEN,dtype=torch.double)*2-1,
               torch.rand(1,N_HIDDEN,dtype=torch.double)*2-1, torch.rand((),dtype=torch.double)*2-1);
    x = torch.tensor(1.25, dtype=torch.double);
    y = torch.tensor(-0.75, dtype=torch.double);

    g = Grads();
    backward(p, x, y, g);

    # autograd on the same forward()
    for t in (p.W1, p.b1, p.W2, p.b2, x): t.requires_grad_(True);
    L = 0.5*(forward(p, x, [], []) - y)**2;
    L.backward();

    rc = 0;
    for name, mine, ref in (("W1", g.W1, p.W1.grad), ("b1", g.b1, p.b1.grad), ("W2", g.W2, p.W2.grad),
                            ("b2", g.b2, p.b2.grad), ("x ", g.x, x.grad)):
        err = float((mine - ref).abs().max());
        sys.stdout.write("%s  err = %.3e  %s\n" % (name, err, "PASS" if err < 1e-9 else "FAIL"));
        if err >= 1e-9: rc = 1;
    return rc;

if __name__ == "__main__":
    sys.exit(main(len(sys.argv), sys.argv));
